// nginx as a server that nobody here wrote: started with a configuration of the test's in a folder of its own, as
// whoever runs the test.
#pragma once

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <thread>

#include "tests/scripted/temporary_folder.h"

namespace recgauge::scripted {

class Nginx {
 public:
  /// `server` stands in nginx's `http` block; every PORT in it becomes the port, every FOLDER the folder, in which
  /// certificates and pages may lie. Throws where nginx is not installed or does not start.
  explicit Nginx(std::string server, unsigned workers = 1) {
    folder_.write("pages/.keep", "");
    server_ = std::move(server);
    workers_ = workers;
  }
  ~Nginx() { stop(); }
  Nginx(const Nginx&) = delete;
  Nginx& operator=(const Nginx&) = delete;

  const TemporaryFolder& folder() const { return folder_; }
  unsigned short port() const { return port_; }

  /// Starts it, on another port where the first was taken meanwhile.
  void start() {
    for (int tries = 0; tries < 5; ++tries) {
      port_ = free_port();
      write_configuration();
      launch();
      if (answers()) return;
      stop();
    }
    throw std::runtime_error("nginx does not start; install it with 'scripts/setup.sh --tests'. Its log: " + log());
  }

 private:
  static unsigned short free_port() {
    boost::asio::io_context loop;
    boost::asio::ip::tcp::acceptor acceptor(loop, {boost::asio::ip::address_v4::loopback(), 0});
    return acceptor.local_endpoint().port();
  }

  std::string with_places(std::string text) const {
    replace(text, "PORT", std::to_string(port_));
    replace(text, "FOLDER", folder_.path().string());
    return text;
  }

  static void replace(std::string& text, const std::string& word, const std::string& value) {
    for (size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + value.size())) {
      text.replace(at, word.size(), value);
    }
  }

  void write_configuration() const {
    const std::string http =
        "  access_log off;\n  client_body_temp_path FOLDER/body;\n  proxy_temp_path FOLDER/proxy;\n"
        "  fastcgi_temp_path FOLDER/fastcgi;\n  uwsgi_temp_path FOLDER/uwsgi;\n  scgi_temp_path FOLDER/scgi;\n" +
        server_;
    folder_.write("nginx.conf", with_places("daemon off;\nmaster_process " + std::string(workers_ > 1 ? "on" : "off") +
                                            ";\nworker_processes " + std::to_string(workers_) +
                                            ";\npid FOLDER/pid;\nerror_log FOLDER/log error;\nevents { "
                                            "worker_connections 2048; }\nhttp {\n" +
                                            http + "}\n"));
  }

  void launch() {
    const std::string path = std::filesystem::exists("/usr/sbin/nginx") ? "/usr/sbin/nginx" : "nginx";
    const std::string prefix = folder_.path().string();
    const std::string configuration = (folder_ / "nginx.conf").string();
    const std::string log = (folder_ / "log").string();
    process_ = ::fork();
    if (process_ != 0) return;
    ::execlp(path.c_str(), path.c_str(), "-p", prefix.c_str(), "-c", configuration.c_str(), "-e", log.c_str(),
             static_cast<char*>(nullptr));
    ::_exit(127);
  }

  bool answers() {
    for (int tries = 0; tries < 400; ++tries) {
      boost::asio::io_context loop;
      boost::asio::ip::tcp::socket socket(loop);
      boost::system::error_code error;
      socket.connect({boost::asio::ip::address_v4::loopback(), port_}, error);
      if (!error) return true;
      if (::waitpid(process_, nullptr, WNOHANG) == process_) {
        process_ = 0;
        return false;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(25));
    }
    return false;
  }

  void stop() {
    if (process_ <= 0) return;
    ::kill(process_, SIGTERM);
    ::waitpid(process_, nullptr, 0);
    process_ = 0;
  }

  std::string log() const {
    std::ifstream file(folder_ / "log");
    return {std::istreambuf_iterator<char>(file), {}};
  }

  TemporaryFolder folder_;
  std::string server_;
  unsigned workers_ = 1;
  unsigned short port_ = 0;
  pid_t process_ = 0;
};

}  // namespace recgauge::scripted
