// recgauge serve as a user starts it, asked by curl.
#include <doctest/doctest.h>

#include <csignal>
#include <cstdio>
#include <fstream>
#include <thread>

#include "tests/end_to_end/program.h"

using namespace recgauge::end_to_end;

namespace {

constexpr const char* kSmallWorld = R"(
data: {format: world, world: {users: 60, items: 40, interactions: 1200}}
baselines: [popularity]
)";

std::string curl(const std::string& arguments) {
  FILE* pipe = popen(("curl --silent --noproxy '*' --max-time 20 " + arguments).c_str(), "r");
  std::string text;
  for (char block[4096]; const size_t count = fread(block, 1, sizeof block, pipe);) text.append(block, count);
  pclose(pipe);
  return text;
}

}  // namespace
