// Who may include whom: the table of folders in the root CMakeLists.txt, held against every #include of the tree. A
// static library links whatever it finds, so the linker alone would not notice a header that crosses a missing edge.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "tests/scripted/temporary_folder.h"

namespace fs = std::filesystem;

namespace {

constexpr size_t kMostLines = 400;

std::string text_of(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

std::vector<std::string> lines_of(const fs::path& file) {
  std::vector<std::string> lines;
  std::istringstream stream(text_of(file));
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

// Folder by name, with the folders that it may include.
using EdgeTable = std::map<std::string, std::set<std::string>>;

EdgeTable read_edges(const fs::path& root) {
  EdgeTable table;
  const std::string text = std::regex_replace(text_of(root / "CMakeLists.txt"), std::regex("#[^\n]*"), "");
  const std::regex call(R"(recgauge_folder\(([^)]*)\))");
  for (std::sregex_iterator found(text.begin(), text.end(), call), none; found != none; ++found) {
    std::istringstream words((*found)[1].str());
    std::string folder;
    words >> folder;
    std::set<std::string>& edges = table[folder];
    bool in_edges = false;
    for (std::string word; words >> word;) {
      if (word == "EDGES" || word == "LINKS") {
        in_edges = word == "EDGES";
      } else if (in_edges) {
        edges.insert(word);
      }
    }
  }
  return table;
}

bool is_below(const std::string& folder, const std::string& edge) {
  return folder == edge || folder.starts_with(edge + "/");
}

std::string top_of(const std::string& folder) { return folder.substr(0, folder.find('/')); }

// The design's coarse rule, which no edit of the table may loosen.
bool is_edge_allowed(const std::string& from, const std::string& to) {
  const std::map<std::string, std::set<std::string>> allowed{
      {"harness", {"harness"}},
      {"reference_models", {"harness", "reference_models"}},
      {"adapters", {"harness", "reference_models", "adapters"}},
      {"suites", {"harness", "suites"}},
      {"reports", {"harness", "reports"}},
      {"cli", {"harness", "reference_models", "adapters", "suites", "reports", "cli"}},
  };
  const auto rule = allowed.find(top_of(from));
  return rule != allowed.end() && rule->second.contains(top_of(to));
}

bool is_source(const fs::path& path) { return path.extension() == ".cpp" || path.extension() == ".h"; }

class Tree {
 public:
  explicit Tree(const fs::path& root) : root_(root), edges_(read_edges(root)) {}

  std::vector<std::string> violations() {
    for (const auto& [folder, edges] : edges_) {
      for (const std::string& edge : edges) {
        if (!is_edge_allowed(folder, edge)) complain("CMakeLists.txt", 0, folder + " must not have the edge " + edge);
      }
    }
    std::set<std::string> tops{"tests", "benchmarks"};
    for (const auto& [folder, edges] : edges_) tops.insert(top_of(folder));
    for (const std::string& top : tops) {
      if (!fs::is_directory(root_ / top)) continue;
      for (auto entry = fs::recursive_directory_iterator(root_ / top); entry != fs::recursive_directory_iterator();
           ++entry) {
        if (entry->path().filename() == "node_modules") entry.disable_recursion_pending();
        if (is_source(entry->path())) check_file(fs::relative(entry->path(), root_));
      }
    }
    std::sort(found_.begin(), found_.end());
    return std::move(found_);
  }

  size_t files() const { return files_; }
  size_t includes() const { return includes_; }

 private:
  void complain(const fs::path& file, size_t line, const std::string& what) {
    found_.push_back(file.generic_string() + ":" + std::to_string(line) + ": " + what);
  }

  void check_file(const fs::path& file) {
    ++files_;
    const std::vector<std::string> lines = lines_of(root_ / file);
    check_form(file, lines);
    check_properties(file, lines);
    const std::regex include(R"rx(^\s*#\s*include\s*"([^"]+)")rx");
    for (size_t i = 0; i < lines.size(); ++i) {
      std::smatch match;
      if (std::regex_search(lines[i], match, include)) check_include(file, i + 1, match[1].str());
    }
  }

  void check_form(const fs::path& file, const std::vector<std::string>& lines) {
    if (lines.empty() || !lines[0].starts_with("// ")) {
      const bool begins_with_include = file.extension() == ".cpp" && !lines.empty() && lines[0].starts_with("#");
      if (!begins_with_include) complain(file, 1, "does not open with a comment on why it exists");
    }
    if (file.extension() == ".h" && std::find(lines.begin(), lines.end(), "#pragma once") == lines.end()) {
      complain(file, 1, "lacks #pragma once");
    }
    if (file.extension() == ".cpp" && lines.size() >= kMostLines) {
      complain(file, lines.size(),
               "has " + std::to_string(lines.size()) + " lines; split it below " + std::to_string(kMostLines));
    }
  }

  // rc::check only prints what it falsifies; check_property() makes it fail the test.
  void check_properties(const fs::path& file, const std::vector<std::string>& lines) {
    if (file.generic_string() == "tests/scripted/property.h") return;
    for (size_t i = 0; i < lines.size(); ++i) {
      if (lines[i].find("rc::"
                        "check(") != std::string::npos) {
        complain(file, i + 1, "drops the result of a property; use check_property() of tests/scripted/property.h");
      }
    }
  }

  void check_include(const fs::path& file, size_t line, const std::string& included) {
    ++includes_;
    const std::string from = file.parent_path().generic_string();
    const std::string to = fs::path(included).parent_path().generic_string();
    if (!fs::exists(root_ / included)) {
      return complain(file, line, included + " is not a file of the tree; system headers stand in angle brackets");
    }
    const std::string top = top_of(from);
    if (top == "tests") return;
    // Benchmarks measure against the servers that tests are made with.
    if (top == "benchmarks" && to == "tests/scripted") return;
    if (top_of(to) == "tests") return complain(file, line, "only tests may include tests: " + included);
    if (top_of(to) == "cli" && top != "cli")
      return complain(file, line, "only cli and tests may include cli: " + included);
    if (top == "benchmarks") return;
    const auto own = edges_.find(from);
    if (own == edges_.end()) return complain(file, line, "its folder is not declared in CMakeLists.txt");
    if (from == to) return;
    const bool declared = std::any_of(own->second.begin(), own->second.end(),
                                      [&](const std::string& edge) { return is_below(to, edge); });
    if (!declared) complain(file, line, "crosses an edge that is not declared: " + from + " -> " + to);
  }

  fs::path root_;
  EdgeTable edges_;
  std::vector<std::string> found_;
  size_t files_ = 0;
  size_t includes_ = 0;
};

constexpr const char* kSmallTable =
    "recgauge_folder(harness/data EDGES)  # a comment (with brackets)\n"
    "recgauge_folder(harness/run EDGES harness/data\n                LINKS fmt::fmt)\n"
    "recgauge_folder(suites/accuracy EDGES harness LINKS fmt::fmt)\n"
    "recgauge_folder(cli EDGES harness suites)\n";

std::vector<std::string> violations_with(const std::string& file, const std::string& content) {
  const recgauge::scripted::TemporaryFolder tree;
  tree.write("CMakeLists.txt", kSmallTable);
  tree.write("harness/data/ids.h", "// Ids.\n#pragma once\n");
  tree.write("harness/run/plan.h", "// Plans.\n#pragma once\n#include \"harness/data/ids.h\"\n");
  tree.write("suites/accuracy/suite.h", "// A suite.\n#pragma once\n  #include \"harness/run/plan.h\"\n");
  tree.write("cli/tables.h", "// Tables.\n#pragma once\n#include \"suites/accuracy/suite.h\"\n");
  tree.write(file, content);
  return Tree(tree.path()).violations();
}

}  // namespace

TEST_CASE("no include crosses an edge that the table of folders does not declare, and files keep their form") {
  Tree tree(RECGAUGE_SOURCE_DIR);
  for (const std::string& violation : tree.violations()) FAIL_CHECK(violation);
  CHECK(tree.files() > 150);
  CHECK(tree.includes() > 300);
}

TEST_CASE("the check finds what it is for") {
  CHECK(violations_with("harness/run/plan.cpp", "#include \"harness/run/plan.h\"\n").empty());
  const auto first = [](const std::string& file, const std::string& content) {
    const auto found = violations_with(file, content);
    return found.size() == 1 ? found.front() : std::to_string(found.size()) + " violations";
  };
  CHECK(first("harness/data/bad.cpp", "// Bad.\n\n#include <map>\n#include \"harness/run/plan.h\"\n") ==
        "harness/data/bad.cpp:4: crosses an edge that is not declared: harness/data -> harness/run");
  CHECK(first("harness/run/bad.h", "// Bad.\n#pragma once\n#  include \"suites/accuracy/suite.h\"\n") ==
        "harness/run/bad.h:3: crosses an edge that is not declared: harness/run -> suites/accuracy");
  CHECK(first("suites/accuracy/bad.cpp", "#include \"cli/tables.h\"\n") ==
        "suites/accuracy/bad.cpp:1: only cli and tests may include cli: cli/tables.h");
  CHECK(first("benchmarks/bad.cpp", "#include \"cli/tables.h\"\n") ==
        "benchmarks/bad.cpp:1: only cli and tests may include cli: cli/tables.h");
  CHECK(first("tests/cli/good.cpp", "#include \"cli/tables.h\"\n") == "0 violations");
  CHECK(first("tests/cli/bad.cpp",
              "// Bad.\nrc::"
              "check(\"p\", [] {});\n")
            .starts_with("tests/cli/bad.cpp:2: drops the result of a property"));
  CHECK(first("harness/new/bad.cpp", "#include \"harness/data/ids.h\"\n") ==
        "harness/new/bad.cpp:1: its folder is not declared in CMakeLists.txt");
  CHECK(first("cli/bad.cpp", "#include \"zlib.h\"\n").starts_with("cli/bad.cpp:1: zlib.h is not a file of the tree"));
  CHECK(first("cli/bad.h", "// Bad.\n") == "cli/bad.h:1: lacks #pragma once");
  CHECK(first("cli/bad.h", "#pragma once\n// Bad.\n") == "cli/bad.h:1: does not open with a comment on why it exists");
  std::string long_file = "// Long.\n";
  for (int i = 0; i < 400; ++i) long_file += "\n";
  CHECK(first("cli/bad.cpp", long_file) == "cli/bad.cpp:401: has 401 lines; split it below 400");
}

TEST_CASE("the table itself cannot loosen the design's rule") {
  const recgauge::scripted::TemporaryFolder tree;
  tree.write("CMakeLists.txt",
             "recgauge_folder(harness/data EDGES reports/json)\nrecgauge_folder(reports/json EDGES)\n");
  CHECK(Tree(tree.path()).violations() ==
        std::vector<std::string>{"CMakeLists.txt:0: harness/data must not have the edge reports/json"});
}
