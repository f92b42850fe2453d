// One reader a format. Internal to the folder.
#pragma once

#include "harness/off_policy/logs/action_log.h"

namespace recgauge::off_policy {

ActionLog read_delimited_log(const std::filesystem::path& path, LogFormat format);
ActionLog read_json_log(const std::filesystem::path& path);

}  // namespace recgauge::off_policy
