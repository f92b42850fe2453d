// Facts about the machine and the moment, for the report's environment block.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>

namespace recgauge {

/// Processor, cores, memory, operating system, compiler and build type. Nothing that names a person or a host.
std::map<std::string, std::string> machine_facts();

/// "2026-01-31T12:00:00Z".
std::string utc_now();

/// Largest resident memory of this process so far, in bytes.
uint64_t peak_resident_bytes();

/// Resident memory of this process now, in bytes; 0 where the system does not say.
uint64_t resident_bytes();

/// CPU time of all threads of this process so far.
std::chrono::nanoseconds process_cpu_time();

}  // namespace recgauge
