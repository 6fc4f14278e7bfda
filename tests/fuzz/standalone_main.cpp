// Runs a fuzz target where there is no libFuzzer: on the inputs of its corpus, and on mutations of them, always the
// same.
//
// usage: TARGET CORPUS-DIRECTORY RUNS
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "fuzz/fuzz_target.hpp"

namespace {

using Input = std::vector<std::uint8_t>;

std::vector<Input> read_corpus(const std::filesystem::path& directory) {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) paths.push_back(entry.path());
  std::sort(paths.begin(), paths.end());
  std::vector<Input> corpus;
  for (const auto& path : paths) {
    std::ifstream file(path, std::ios::binary);
    corpus.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  return corpus;
}

class Mutator {
 public:
  explicit Mutator(const std::vector<Input>& corpus) : corpus_(corpus) {}

  Input next() {
    Input input = pick();
    for (std::size_t changes = 1 + below(4); changes > 0; --changes) change(input);
    return input;
  }

 private:
  std::size_t below(std::size_t limit) { return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random_); }
  std::uint8_t byte() { return static_cast<std::uint8_t>(below(256)); }
  const Input& pick() { return corpus_[below(corpus_.size())]; }

  void change(Input& input) {
    const auto offset = below(input.size() + 1);
    const auto position = input.begin() + static_cast<std::ptrdiff_t>(offset);
    switch (below(5)) {
      case 0:
        input.insert(position, byte());
        break;
      case 1:
        if (position != input.end()) *position = byte();
        break;
      case 2:
        if (position != input.end()) *position ^= static_cast<std::uint8_t>(1U << below(8));
        break;
      case 3:
        input.erase(position, position + static_cast<std::ptrdiff_t>(below(input.size() - offset + 1)));
        break;
      default: {
        const Input& other = pick();
        const auto from = below(other.size() + 1);
        input.insert(position, other.begin() + static_cast<std::ptrdiff_t>(from), other.end());
      }
    }
  }

  const std::vector<Input>& corpus_;
  std::mt19937_64 random_{20};  // NOLINT(cert-msc51-cpp): the same inputs every time
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: " << argv[0] << " CORPUS-DIRECTORY RUNS\n";
    return 2;
  }
  const auto corpus = read_corpus(argv[1]);
  const auto runs = std::stoul(argv[2]);
  if (corpus.empty() || runs == 0) {
    std::cerr << argv[1] << ": an empty corpus, or no runs, show nothing\n";
    return 2;
  }
  for (const Input& input : corpus) LLVMFuzzerTestOneInput(input.data(), input.size());
  Mutator mutator(corpus);
  for (unsigned long i = 0; i < runs; ++i) {
    const Input input = mutator.next();
    LLVMFuzzerTestOneInput(input.data(), input.size());
  }
  std::cout << corpus.size() << " inputs and " << runs << " mutations of them\n";
}
