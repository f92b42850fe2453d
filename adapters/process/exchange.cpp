#include "adapters/process/exchange.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/system/error.h"

namespace recgauge::adapters {
namespace {

using Event = ChildProgram::Event;

// Requests are written out only this far ahead of what the program has read.
constexpr size_t kMostUnsent = size_t{1} << 20;
// A request during which the program ended this often is at fault.
constexpr uint32_t kMostTries = 2;

ChildProgram::Clock::time_point after(std::chrono::milliseconds limit) { return ChildProgram::Clock::now() + limit; }

// Nobody asked for what lies beyond k.
void cut(Response& response, size_t k) {
  if (response.items.size() <= k) return;
  response.items.resize(k);
  if (!response.scores.empty()) response.scores.resize(k);
  std::erase_if(response.unmatched, [&](const UnmatchedTitle& title) { return title.rank >= k; });
}

double seconds(std::chrono::milliseconds duration) { return std::chrono::duration<double>(duration).count(); }

}  // namespace

/// The requests of one call, and how far each is.
struct Exchange::Batch {
  struct Waiting {
    uint64_t id;
    size_t index;
  };
  std::span<const Request> requests;
  std::vector<Response> responses;
  std::vector<uint32_t> tries;
  std::deque<size_t> unasked;
  std::deque<Waiting> waiting;  ///< asked, oldest first
  size_t suspects = 0;          ///< first so many of `unasked` are asked one at a time

  explicit Batch(std::span<const Request> all) : requests(all), responses(all.size()), tries(all.size(), 0) {
    for (size_t i = 0; i < all.size(); ++i) unasked.push_back(i);
  }
  bool done() const { return unasked.empty() && waiting.empty(); }
};

Exchange::Exchange(std::string system, ProgramStart start, const ExchangeLimits& limits, const MessageNames& names)
    : system_(std::move(system)), start_(std::move(start)), limits_(limits), names_(names) {
  start_program();
}

std::string Exchange::with_last_words(const std::string& problem) const {
  const std::string words = program_ ? program_->last_words() : "";
  return fmt::format(
      "model '{}': {}{}", system_, problem,
      words.empty() ? "; it wrote nothing to standard error" : "; the end of its standard error:\n" + words);
}

void Exchange::start_program() {
  program_ = std::make_unique<ChildProgram>(start_);
  program_->send(hello_line());
  std::string line;
  const Event event = program_->wait(after(limits_.start), line);
  std::string problem;
  if (event == Event::line) {
    ProgramMessage message = parse_message(line, names_.dataset());
    if (message.kind == ProgramMessage::Kind::ready) {
      greeting_ = {message.name, message.version};
      return;
    }
    if (message.problem.empty()) message.problem = "it is no greeting";
    problem = fmt::format(
        "the program's first line is not {{\"ready\": {}}}: {}. Standard output is for answers alone; print anything "
        "else to standard error. The line begins: {}",
        kProtocolVersion, message.problem, line.substr(0, 120));
  } else if (event == Event::silence) {
    problem = fmt::format(
        "the program did not say that it is ready within {} s (start_timeout); does it flush its output "
        "after every line?",
        seconds(limits_.start));
  } else {
    problem = fmt::format("the program ended before it was ready ({})", program_->state());
  }
  problem = with_last_words(problem);
  program_.reset();
  throw SystemError(problem);
}

std::string Exchange::wait_until_done(uint64_t id, std::chrono::milliseconds limit) {
  std::string line;
  const Event event = program_->wait(after(limit), line);
  if (event == Event::silence) return fmt::format("it said nothing for {} s", seconds(limit));
  if (event == Event::too_long) return "it wrote a line of more than 16 MiB";
  if (event == Event::ended) return fmt::format("it ended ({})", program_->state());
  const ProgramMessage message = parse_message(line, names_.dataset());
  if (message.kind == ProgramMessage::Kind::done && message.id == id) return "";
  return message.problem.empty() ? "it answered something else" : message.problem;
}

void Exchange::send_training() {
  const uint64_t id = next_id_++;
  program_->send(train_line(id, *training_, training_seed_));
  if (const std::string problem = wait_until_done(id, limits_.training); !problem.empty()) {
    const std::string text = with_last_words("the program did not learn: " + problem);
    program_.reset();
    throw SystemError(text);
  }
}

void Exchange::train(const TrainingFiles& files, uint64_t seed) {
  training_ = files;
  training_seed_ = seed;
  if (!program_) start_program();
  send_training();
}

void Exchange::tell(std::span<const FeedbackEvent> events) {
  if (!revive()) return;
  const uint64_t id = next_id_++;
  program_->send(feedback_line(id, events, names_));
  if (!wait_until_done(id, limits_.silence).empty()) program_.reset();
}

bool Exchange::revive() {
  while (!program_ && starts_without_answer_ < limits_.restarts) {
    ++starts_without_answer_;
    try {
      start_program();
      if (training_) send_training();
    } catch (const SystemError&) {
      // Counted; what the run says in the end is that the program could not be brought back.
    }
  }
  return program_ != nullptr;
}

std::vector<Response> Exchange::ask(std::span<const Request> requests) {
  Batch batch(requests);
  std::string line;
  while (!batch.done()) {
    if (!revive()) {
      while (!batch.unasked.empty()) {
        settle(batch, batch.unasked.front(), Outcome::transport_error,
               "the program ended and could not be brought back");
        batch.unasked.pop_front();
      }
      break;
    }
    supply(batch);
    switch (program_->wait(after(limits_.silence), line)) {
      case Event::line:
        take_message(batch, line);
        break;
      case Event::silence:
        program_failed(batch, Outcome::timeout, fmt::format("no answer within {} s", seconds(limits_.silence)));
        break;
      case Event::too_long:
        program_failed(batch, Outcome::malformed, "the program wrote a line of more than 16 MiB");
        break;
      case Event::ended:
        program_failed(batch, Outcome::transport_error, fmt::format("the program ended ({})", program_->state()));
        break;
    }
  }
  return std::move(batch.responses);
}

void Exchange::supply(Batch& batch) {
  const size_t most = batch.suspects > 0 ? 1 : limits_.in_flight;
  while (!batch.unasked.empty() && batch.waiting.size() < most && program_->unsent_bytes() < kMostUnsent) {
    const size_t index = batch.unasked.front();
    batch.unasked.pop_front();
    if (batch.suspects > 0) --batch.suspects;
    const uint64_t id = next_id_++;
    program_->send(request_line(id, batch.requests[index], names_));
    batch.waiting.push_back({id, index});
    if (most == 1) return;
  }
}

void Exchange::take_message(Batch& batch, const std::string& line) {
  ProgramMessage message = parse_message(line, names_.dataset());
  const auto asked = std::find_if(batch.waiting.begin(), batch.waiting.end(),
                                  [&](const Batch::Waiting& waiting) { return waiting.id == message.id; });
  if (message.kind != ProgramMessage::Kind::answer || asked == batch.waiting.end()) {
    const std::string reason =
        message.problem.empty() || message.has_id ? "it answers nothing that was asked" : message.problem;
    program_failed(batch, Outcome::malformed, "the program wrote a line that is no answer: " + reason);
    return;
  }
  starts_without_answer_ = 0;
  cut(message.response, batch.requests[asked->index].k);
  batch.responses[asked->index] = std::move(message.response);
  batch.waiting.erase(asked);
}

// Answers may come in any order, so only a request that was asked alone is surely the one at fault. Silence and lines
// that are no answer are laid to the oldest; an end is laid to nobody until it has happened twice.
void Exchange::program_failed(Batch& batch, Outcome outcome, const std::string& failure) {
  program_.reset();
  const bool alone = batch.waiting.size() == 1;
  std::vector<size_t> again;
  for (size_t i = 0; i < batch.waiting.size(); ++i) {
    const size_t index = batch.waiting[i].index;
    const bool ended = outcome == Outcome::transport_error;
    if (ended) ++batch.tries[index];
    const bool at_fault = ended ? alone && batch.tries[index] >= kMostTries : i == 0;
    if (at_fault) {
      settle(batch, index, outcome, failure);
    } else {
      again.push_back(index);
    }
  }
  batch.waiting.clear();
  batch.suspects += again.size();
  batch.unasked.insert(batch.unasked.begin(), again.begin(), again.end());
}

void Exchange::settle(Batch& batch, size_t index, Outcome outcome, const std::string& failure) {
  Response& response = batch.responses[index];
  response = {};
  response.outcome = outcome;
  response.failure = failure;
}

}  // namespace recgauge::adapters
