// Templates: types, filters, repetition, and that no value of a data set can change the form of a request.
#include "adapters/http/mapping/templates.h"

#include <doctest/doctest.h>

using namespace recgauge;
using namespace recgauge::adapters;
using Json = nlohmann::json;

namespace {

const Json kVariables = Json::parse(R"({"user":"u/1 é","k":10,"empty":[],"nothing":null,"list":["a","b","c"],
    "pairs":[{"id":1,"w":0.5},{"id":2}],"now":1440938160123,"hostile":"\"},{\"x\":\"${k}\r\n"})");

TemplateNames names() {
  TemplateNames result;
  for (const auto& [name, unused] : kVariables.items()) result.known.insert(name);
  return result;
}

std::string body(const std::string& yaml, std::string* missing = nullptr) {
  TemplateNames known = names();
  const JsonTemplate json(parse_config_text(yaml, "run.yaml"), known);
  Rendering rendering{kVariables, ""};
  const auto value = json.render(rendering);
  if (missing != nullptr) *missing = rendering.missing;
  return value ? value->dump() : "(nothing)";
}

std::string text(const std::string& pattern, Encoding encoding) {
  TemplateNames known = names();
  Rendering rendering{kVariables, ""};
  return TextTemplate(pattern, {}, known).render(rendering, encoding).value_or("(nothing)");
}

}  // namespace

TEST_CASE("a text that is one placeholder takes the type of its value, plain YAML keeps its own") {
  CHECK(body("{a: '${k}', b: 'n=${k}', c: 5, d: '5', e: true, f: 'true', g: [1.5, x], h: , i: '${list}'}") ==
        R"({"a":10,"b":"n=10","c":5,"d":"5","e":true,"f":"true","g":[1.5,"x"],"h":null,"i":["a","b","c"]})");
}

TEST_CASE("filters") {
  CHECK(body("['${k|string}', '${list|join:, }', '${list|last:2}', '${list|at_most:1}', '${k|at_most:3}', "
             "'${list|count}', '${pairs|json}']") ==
        R"(["10","a, b, c",["b","c"],["a"],3,3,"[{\"id\":1,\"w\":0.5},{\"id\":2}]"])");
  CHECK(body("['${now|unix_s}', '${now|unix_ms}', '${now|rfc3339}', '${now|unix_s|string}']") ==
        R"([1440938160,1440938160123,"2015-08-30T12:36:00Z","1440938160"])");
}

TEST_CASE("what is optional is left out, what is not is named") {
  std::string missing;
  CHECK(body("{a: '${nothing?}', b: ['${nothing?}', 1], c: {d: 'x${nothing?}y'}, e: '${empty}'}", &missing) ==
        R"({"b":[1],"c":{},"e":[]})");
  CHECK(missing == "");
  body("{a: '${nothing?|int}', b: '${nothing|int}'}", &missing);
  CHECK(missing == "nothing");
}

TEST_CASE("$each repeats over a list, keys may be templates") {
  CHECK(body("{$each: pairs, as: p, do: {id: '${p.id|string}', w: '${p.w?}', user: '${user}'}}") ==
        R"([{"id":"1","w":0.5,"user":"u/1 é"},{"id":"2","user":"u/1 é"}])");
  CHECK(body("{'${user}': 1}") == R"({"u/1 é":1})");
  CHECK(body("{$each: 'list|last:1', as: x, do: '${x}'}") == R"(["c"])");
}

TEST_CASE("foreign text is encoded, never spliced, and never read as a template") {
  CHECK(body("{a: '${hostile}', b: 'x ${hostile}'}") ==
        R"({"a":"\"},{\"x\":\"${k}\r\n","b":"x \"},{\"x\":\"${k}\r\n"})");
  CHECK(text("/users/${user}/x?y", Encoding::path) == "/users/u%2F1%20%C3%A9/x?y");
  CHECK(text("/a b/%20/é\"/${user}", Encoding::path) == "/a%20b/%20/%C3%A9%22/u%2F1%20%C3%A9");
  CHECK(text("item == \"${user}\" & 50%", Encoding::query) == "item%20%3D%3D%20%22u%2F1%20%C3%A9%22%20%26%2050%25");
  CHECK(text("a\r\nb: ${user}", Encoding::header) == "a%0D%0Ab: u/1 %C3%A9");
  CHECK(text("${hostile}", Encoding::path) == "%22%7D%2C%7B%22x%22%3A%22%24%7Bk%7D%0D%0A");
  CHECK(text("v ${hostile}", Encoding::header).find_first_of("\r\n") == std::string::npos);
  CHECK(text("$${k} ${k}", Encoding::none) == "${k} 10");
}

TEST_CASE("mistakes in templates are named with their place") {
  CHECK_THROWS_WITH_AS(body("{a: '${usr}'}"),
                       doctest::Contains("run.yaml:1:5: unknown variable 'usr' in a template; did you mean 'user'?"),
                       ConfigError);
  CHECK_THROWS_WITH_AS(body("{a: '${user|strin}'}"), doctest::Contains("did you mean 'string'?"), ConfigError);
  CHECK_THROWS_WITH_AS(body("{a: '${user'}"), doctest::Contains("does not end"), ConfigError);
  CHECK_THROWS_WITH_AS(body("{a: '${k|at_most}'}"), doctest::Contains("needs a number"), ConfigError);
  CHECK_THROWS_WITH_AS(body("{$each: list, do: 1}"), doctest::Contains("needs 'as'"), ConfigError);
  CHECK_THROWS_WITH_AS(body("{$each: list, as: x, doo: 1}"), doctest::Contains("did you mean 'do'?"), ConfigError);
  CHECK_THROWS_AS(body("['${x}', {$each: list, as: x, do: '${x}'}]"), ConfigError);
}
