// RapidCheck's properties as doctest checks. rc::check on its own only prints: a test that drops its result passes
// whatever it finds.
#pragma once

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <string>
#include <utility>

namespace recgauge::scripted {

/// Fails the test case, and shows the shrunk counterexample, unless the property holds for all drawn cases.
template <typename Property>
void check_property(const std::string& name, Property&& property) {
  const bool holds = rc::check(name, std::forward<Property>(property));
  INFO("falsified: " << name);
  CHECK(holds);
}

template <typename Property>
void check_property(Property&& property) {
  check_property("for all inputs", std::forward<Property>(property));
}

}  // namespace recgauge::scripted
