// The table of public data sets.
#include "harness/data/download/dataset_entry.h"

namespace recgauge {
namespace {

constexpr const char* kGroupLens =
    "GroupLens terms: research use with acknowledgement, no redistribution without permission, no commercial use";
constexpr const char* kGroupLensLatest =
    "GroupLens terms: redistribution under the same conditions, acknowledgement, no commercial use without permission";

RemoteFile movielens_zip(const std::string& name, std::vector<Digest> digests) {
  return {"https://files.grouplens.org/datasets/movielens/" + name + ".zip", std::move(digests), UnpackKind::zip, name};
}

// SHA-256 of ml-100k, ml-1m, ml-20m, ml-25m and ml-latest-small: tensorflow/datasets at 1c076ac3,
// tensorflow_datasets/url_checksums/movielens.txt. MD5: what GroupLens publishes beside its archives (NAME.zip.md5), as
// quoted in eli-osherovich/papers_with_code, datasets/movielens/dl_config.py, and elsewhere. SHA-256 of ml-32m: no
// owner states one; ten unrelated public repositories agree on it.
std::vector<DatasetEntry> make_catalogue() {
  const auto md5 = [](const char* hex) { return Digest{DigestAlgorithm::md5, hex}; };
  const auto sha256 = [](const char* hex) { return Digest{DigestAlgorithm::sha256, hex}; };
  return {
      {"ml-100k",
       "MovieLens 100K: 100,000 ratings of 943 users and 1,682 films, with age, gender and occupation",
       {movielens_zip("ml-100k", {md5("0e33842e24a9c977be4e0107933c0723"),
                                  sha256("50d2a982c66986937beb9ffb3aa76efe955bf3d5c6b761f4e3a7cd717c6a3229")})},
       {"u.data", "u.user", "u.item", "u.genre"},
       kGroupLens,
       Redistribution::forbidden,
       "movielens_100k"},
      {"ml-1m",
       "MovieLens 1M: 1,000,209 ratings of 6,040 users and 3,706 films, with age, gender and occupation",
       {movielens_zip("ml-1m", {md5("c4d9eecfca2ab87c1945afe126590906"),
                                sha256("a6898adb50b9ca05aa231689da44c217cb524e7ebd39d264c56e2832f2c54e20")})},
       {"ratings.dat", "users.dat", "movies.dat"},
       kGroupLens,
       Redistribution::forbidden,
       "movielens_1m"},
      {"ml-20m",
       "MovieLens 20M: 20,000,263 ratings of 138,493 users and 26,744 films",
       {movielens_zip("ml-20m", {md5("cd245b17a1ae2cc31bb14903e1204af3"),
                                 sha256("96f243c338a8665f6bcc89c53edf6ee39162a846940de6b7c8c48aeada765ff3")})},
       {"ratings.csv", "movies.csv"},
       kGroupLensLatest,
       Redistribution::same_terms,
       "movielens_latest"},
      {"ml-25m",
       "MovieLens 25M: 25,000,095 ratings of 162,541 users and 59,047 films",
       {movielens_zip("ml-25m", {md5("6b51fb2759a8657d3bfcbfc42b592ada"),
                                 sha256("8b21cfb7eb1706b4ec0aac894368d90acf26ebdfb6aced3ebd4ad5bd1eb9c6aa")})},
       {"ratings.csv", "movies.csv"},
       kGroupLensLatest,
       Redistribution::same_terms,
       "movielens_latest"},
      {"ml-32m",
       "MovieLens 32M: 32,000,204 ratings of 200,948 users",
       {movielens_zip("ml-32m", {sha256("e4a68655d7386b8f95f2f2424b2ff975dfdd15ffd59e0d864a14dca43e99d6ee")})},
       {"ratings.csv", "movies.csv"},
       kGroupLensLatest,
       Redistribution::same_terms,
       "movielens_latest"},
      {"ml-latest-small",
       "MovieLens latest-small of September 2018: 100,836 ratings of 610 users and 9,724 films",
       {movielens_zip("ml-latest-small", {sha256("696d65a3dfceac7c45750ad32df2c259311949efec81f0f144fdfb91ebc9e436")})},
       {"ratings.csv", "movies.csv"},
       kGroupLensLatest,
       Redistribution::same_terms,
       "movielens_latest"},
  };
}

}  // namespace

std::span<const DatasetEntry> dataset_catalogue() {
  static const std::vector<DatasetEntry> kCatalogue = make_catalogue();
  return kCatalogue;
}

}  // namespace recgauge
