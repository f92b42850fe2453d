// What an attacker is taken to know, to reach, to spend and to want: part of every result, since a gain means nothing
// without its price.
#pragma once

#include <string>

namespace recgauge::suites::manipulation {

struct ThreatModel {
  std::string knowledge;  ///< "the most popular items"
  std::string access;     ///< "registers users"
  std::string budget;     ///< "60 fake users (5 % of the real ones) with 42 items each"
  std::string goal;       ///< "its items in many lists"
};

/// "Attacker: knows …; access: …; budget: …; goal: ….".
inline std::string sentence(const ThreatModel& threat) {
  return "Attacker: knows " + threat.knowledge + "; access: " + threat.access + "; budget: " + threat.budget +
         "; goal: " + threat.goal + ".";
}

}  // namespace recgauge::suites::manipulation
