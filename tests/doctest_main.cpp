// The one main() of all test programs. Property tests draw the same cases on every run unless RC_PARAMS says otherwise.
#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include <cstdlib>

int main(int argc, char** argv) {
  setenv("RC_PARAMS", "seed=20260101", 0);
  return doctest::Context(argc, argv).run();
}
