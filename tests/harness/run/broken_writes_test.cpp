// Writes that are broken off: a child process killed at random moments, and a disk that fills up.
#include <doctest/doctest.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <thread>

#include "harness/run/observation_store.h"
#include "harness/system/error.h"
#include "harness/system/random.h"
#include "tests/scripted/temporary_folder.h"

using namespace recgauge;
using scripted::TemporaryFolder;

namespace {

constexpr uint64_t kBatch = 40;
const ObservationKey kKey{"s", "p"};

std::vector<Observation> numbered_batch(uint64_t number) {
  std::vector<Observation> batch(kBatch);
  for (uint64_t i = 0; i < kBatch; ++i) {
    batch[i].sequence = number * kBatch + i;
    batch[i].response.items.assign(50, ItemId{static_cast<uint32_t>(batch[i].sequence)});
    batch[i].response.text = "observation " + std::to_string(batch[i].sequence);
  }
  return batch;
}

// Number of whole batches; fails for anything broken or missing.
uint64_t whole_batches(const ObservationStore& store) {
  uint64_t next = 0;
  store.for_each(kKey, [&](Observation&& o) {
    REQUIRE(o.sequence == next++);
    REQUIRE(o.response.items == std::vector<ItemId>(50, ItemId{static_cast<uint32_t>(o.sequence)}));
    REQUIRE(o.response.text == "observation " + std::to_string(o.sequence));
  });
  REQUIRE(next % kBatch == 0);
  return next / kBatch;
}

// Appends batches from `number` on until it is killed, and tells the parent after each.
[[noreturn]] void append_for_ever(const std::filesystem::path& path, uint64_t number, int pipe) {
  try {
    ObservationStore store(path, "id");
    for (;; ++number) {
      store.append(kKey, numbered_batch(number));
      if (write(pipe, &number, sizeof number) != sizeof number) _exit(1);
    }
  } catch (...) {
    _exit(2);
  }
}

// A file system of its own, as small as wanted.
class SmallDisk {
 public:
  explicit SmallDisk(const std::string& size) {
    mounted_ = mount("tmpfs", folder_.path().c_str(), "tmpfs", 0, ("size=" + size).c_str()) == 0;
  }
  ~SmallDisk() {
    if (mounted_) umount2(folder_.path().c_str(), MNT_DETACH);
  }
  bool is_mounted() const { return mounted_; }
  std::filesystem::path operator/(const std::string& name) const { return folder_ / name; }

  // Leaves no free block.
  void fill() const {
    std::ofstream file(folder_ / "filler", std::ios::binary);
    const std::string block(4096, 'x');
    while (file.write(block.data(), static_cast<std::streamsize>(block.size())).flush()) continue;
  }
  void free() const { std::filesystem::remove(folder_ / "filler"); }

 private:
  TemporaryFolder folder_;
  bool mounted_ = false;
};

}  // namespace

TEST_CASE(
    "after kill -9 at any moment the store opens and holds every batch that was acknowledged, and only whole ones") {
  const TemporaryFolder folder;
  const auto path = folder / "o.sqlite";
  RandomStream random(20260101);
  uint64_t batches = 0;
  // A slow machine gets longer rounds, until something was written in them.
  for (uint64_t round = 0; round < 25 || (batches <= 20 && round < 250); ++round) {
    int ends[2];
    REQUIRE(pipe(ends) == 0);
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) append_for_ever(path, batches, ends[1]);
    close(ends[1]);
    std::this_thread::sleep_for(std::chrono::microseconds(random.below(60000 * (1 + round / 25))));
    REQUIRE(kill(child, SIGKILL) == 0);
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    REQUIRE(WIFSIGNALED(status));
    uint64_t acknowledged = batches;
    for (uint64_t number = 0; read(ends[0], &number, sizeof number) == sizeof number;) acknowledged = number + 1;
    close(ends[0]);
    const ObservationStore store(path, "id");
    batches = whole_batches(store);
    CHECK(batches >= acknowledged);
    CHECK(batches <= acknowledged + 1);
  }
  CHECK(batches > 20);
}

TEST_CASE("a full disk is a clear error, nothing of the broken batch stays, and what was stored before can be read") {
  const SmallDisk disk("1m");
  if (!disk.is_mounted()) {
    MESSAGE("skipped: mounting a tmpfs needs root");
    return;
  }
  const auto path = disk / "o.sqlite";
  uint64_t stored = 0;
  {
    ObservationStore store(path, "id");
    const auto append_until_full = [&] {
      for (; stored < 10000; ++stored) store.append(kKey, numbered_batch(stored));
    };
    CHECK_THROWS_WITH_AS(append_until_full(), doctest::Contains("disk is full"), SystemError);
    CHECK_THROWS_WITH_AS(append_until_full(), doctest::Contains("--resume"), SystemError);
    CHECK(stored > 3);
    disk.fill();
    CHECK_THROWS_WITH_AS(append_until_full(), doctest::Contains("o.sqlite"), SystemError);
    CHECK(whole_batches(store) == stored);
    disk.free();
  }
  const ObservationStore store(path, "id");
  CHECK(whole_batches(store) == stored);
}

TEST_CASE("a disk that was full and was freed takes the rest of the run") {
  const SmallDisk disk("2m");
  if (!disk.is_mounted()) {
    MESSAGE("skipped: mounting a tmpfs needs root");
    return;
  }
  ObservationStore store(disk / "o.sqlite", "id");
  for (uint64_t i = 0; i < 3; ++i) store.append(kKey, numbered_batch(i));
  disk.fill();
  const auto append = [&] {
    for (uint64_t i = 3; i < 30; ++i) store.append(kKey, numbered_batch(i));
  };
  CHECK_THROWS_AS(append(), SystemError);
  disk.free();
  for (uint64_t i = whole_batches(store); i < 30; ++i) store.append(kKey, numbered_batch(i));
  CHECK(whole_batches(store) == 30);
}

TEST_CASE("a store cannot be made on a full disk, and the message says so") {
  const SmallDisk disk("64k");
  if (!disk.is_mounted()) {
    MESSAGE("skipped: mounting a tmpfs needs root");
    return;
  }
  disk.fill();
  CHECK_THROWS_WITH_AS(ObservationStore(disk / "o.sqlite", "id"), doctest::Contains("o.sqlite"), SystemError);
}
