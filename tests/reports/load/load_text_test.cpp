// Exports of raw samples: the percentile text worked by hand from HdrHistogram's rule, and the table of requests.
#include "reports/load/load_text.h"

#include <doctest/doctest.h>

using namespace recgauge;
using namespace recgauge::reports;
using namespace std::chrono_literals;

TEST_CASE("percentile text of four values: steps of 10 up to 50, then of 5, until the last value is reached") {
  CHECK(to_hdr_text(std::vector{3.0, 1.0, 2.0, 10.0}) ==
        "       Value     Percentile TotalCount 1/(1-Percentile)\n\n"
        "       1.000 0.000000000000          1           1.00\n"
        "       1.000 0.100000000000          1           1.11\n"
        "       1.000 0.200000000000          1           1.25\n"
        "       2.000 0.300000000000          2           1.43\n"
        "       2.000 0.400000000000          2           1.67\n"
        "       2.000 0.500000000000          2           2.00\n"
        "       3.000 0.550000000000          3           2.22\n"
        "       3.000 0.600000000000          3           2.50\n"
        "       3.000 0.650000000000          3           2.86\n"
        "       3.000 0.700000000000          3           3.33\n"
        "       3.000 0.750000000000          3           4.00\n"
        "      10.000 0.775000000000          4           4.44\n"
        "      10.000 1.000000000000          4\n"
        "#[Mean    =        4.000, StdDeviation   =        3.536]\n"
        "#[Max     =       10.000, Total count    =            4]\n");
  CHECK(to_hdr_text({}).empty());
}

TEST_CASE("samples as a table, names that a spreadsheet would compute made harmless") {
  RecordedLoad load;
  load.trial.rate = 50;
  load.trial.samples.resize(3);
  load.trial.samples[0] = {0, 10ns, 11ns, 12ns, 20ns, 1000010ns, Outcome::ok, 0, true};
  load.trial.samples[1] = {1, 30ns, 30ns, 0ns, 0ns, 5000030ns, Outcome::timeout, 0, false};
  load.trial.samples[2] = {2, 40ns, 40ns, 41ns, 42ns, 43ns, Outcome::refused, 0, false};
  CHECK(samples_rows({"=1+1", "latency/a"}, std::vector{load}) ==
        "'=1+1,latency/a,0,50,0,ok,10,12,20,1000010,1\r\n"
        "'=1+1,latency/a,0,50,1,timeout,30,,,5000030,0\r\n"
        "'=1+1,latency/a,0,50,2,refused,40,41,42,43,0\r\n");
  CHECK(latencies_of(std::vector{load}) == std::vector{1.0, 5.0});
  CHECK(samples_header().find("intended_ns") != std::string::npos);
}
