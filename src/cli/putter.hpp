/// Stores the files of put, and says what became of each.
#pragma once

#include <cstdint>
#include <deque>
#include <exception>
#include <optional>
#include <string>
#include <vector>

#include "gridfs/bucket.hpp"

#include "cli/checksum.hpp"
#include "cli/context.hpp"
#include "cli/operands.hpp"
#include "cli/output.hpp"
#include "cli/put_options.hpp"
#include "cli/put_sources.hpp"
#include "util/input.hpp"

namespace gridfs::cli {

class Putter {
 public:
  /// All must outlive it.
  /// @param pack  small files travel together; what became of them is then known later
  Putter(const PutOptions& options, Context& context, OperandTally& tally, bool pack);

  /// Stores a file, or adds it to those that travel together. A failure goes to the tally.
  void put(const PutSource& source);

  /// Call it once, at the end: all outcomes are in the tally then.
  void finish();

  /// Call it where put() or finish() has thrown: what has become of files that were on their way is told.
  void settle() noexcept;

 private:
  // Whether a name exists already, where that makes a difference.
  enum class Name { free, in_use };

  // A small file on its way.
  struct Pending {
    std::string shown;
    std::optional<std::string> sha256;
  };

  void put_waiting();
  void flush_pack();
  void throw_what_ends();
  Name look_up_again(const std::string& name);
  void put(const PutSource& source, Name name);
  [[nodiscard]] bool is_small(const util::Input& input) const;
  [[nodiscard]] UploadOptions upload_options(const std::string& name) const;
  [[nodiscard]] HashBeside::Mode hash_mode() const;
  bool pack(util::Input& input, const PutSource& source);
  void packed(const PackedOutcome& outcome);
  void conclude(const PackedOutcome& outcome, const Pending& pending);
  FileInfo store(util::Input& input, const std::string& name);
  void abort(UploadStream& upload);
  UploadStream open(const std::string& name);
  void verify(const FileInfo& stored, const std::string& sent);
  void plan(const util::Input& input, const std::string& name);
  void check_unchanged(const util::Input& input) const;
  void print(const FileInfo& stored, Output::Flush flush);
  void flush_output();
  void name_unprinted();

  const PutOptions& options_;
  Context& context_;
  OperandTally& tally_;
  std::optional<Document> metadata_;
  std::optional<Value> id_;
  const Bucket& bucket_;
  std::optional<PackedUpload> pack_;
  std::deque<Pending> pending_;
  std::exception_ptr ending_;       // what ends the program, once all outcomes are told
  std::vector<PutSource> waiting_;  // for an answer whether their names exist
  std::vector<std::byte> small_file_;
};

}  // namespace gridfs::cli
