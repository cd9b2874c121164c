#include "comm/communicator.hpp"

#include <algorithm>
#include <chrono>
#include <exception>
#include <limits>
#include <numeric>
#include <optional>
#include <thread>

#include "base/stop_signal.hpp"
#include "comm/session.hpp"
#include "comm/stalls.hpp"
#include "trace/span.hpp"

namespace fedmeta::comm {
namespace {

// MPI counts are ints, and a collective call over many gigabytes is better split anyway.
constexpr std::size_t chunk = std::size_t{1} << 28;

template <class T, class Call>
std::int64_t in_chunks(std::span<T> values, Call call) {
  for (std::size_t begin = 0; begin < values.size(); begin += chunk) {
    const auto part = values.subspan(begin, std::min(chunk, values.size() - begin));
    call(part.data(), static_cast<int>(part.size()));
  }
  return static_cast<std::int64_t>(values.size_bytes());
}

template <class T>
trace::About bytes_of(std::span<T> values) {
  return {"bytes", static_cast<std::int64_t>(values.size_bytes())};
}

template <class T>
std::int64_t reduce_in_place(std::span<T> values, MPI_Datatype type, const Communicator& comm) {
  comm.wait_for_all();
  const trace::Span span("MPI_Reduce", bytes_of(values));
  return in_chunks(values, [&](T* data, int count) {
    const void* send = comm.root() ? MPI_IN_PLACE : data;
    check(MPI_Reduce(send, comm.root() ? data : nullptr, count, type, MPI_SUM, 0, comm.handle()),
          "MPI_Reduce");
  });
}

// Byte messages travel as 8-byte words, so that an int count reaches 16 GB.
std::vector<std::int64_t> as_words(const void* data, std::size_t size) {
  std::vector<std::int64_t> words((size + 7) / 8);
  if (size > 0) std::memcpy(words.data(), data, size);
  return words;
}

int checked_count(std::size_t words) {
  if (words > static_cast<std::size_t>(std::numeric_limits<int>::max()))
    throw Error(Status::system, "a message is larger than MPI can send", "16 GB",
                "use smaller data files or more ranks");
  return static_cast<int>(words);
}

/// Offsets of each rank's words in a joint buffer, and their total number.
struct Displacements {
  std::vector<int> counts, offsets;
  std::size_t total = 0;

  explicit Displacements(const std::vector<std::int64_t>& sizes) {
    for (auto bytes : sizes) {
      const auto words = static_cast<std::size_t>(bytes + 7) / 8;
      offsets.push_back(checked_count(total));
      counts.push_back(checked_count(words));
      total += words;
    }
  }
};

std::vector<Bytes> split(const std::vector<std::int64_t>& words, const std::vector<std::int64_t>& sizes,
                         const Displacements& at) {
  std::vector<Bytes> parts;
  for (std::size_t r = 0; r < sizes.size(); ++r) {
    Bytes part(static_cast<std::size_t>(sizes[r]));
    if (!part.empty()) std::memcpy(part.data(), words.data() + at.offsets[r], part.size());
    parts.push_back(std::move(part));
  }
  return parts;
}

}  // namespace

Communicator::Communicator(MPI_Comm comm, bool owned)
    : comm_(new MPI_Comm(comm), [owned](MPI_Comm* c) {
        // Freeing is collective: while an error ends this rank, the others may never take part.
        if (owned && std::uncaught_exceptions() == 0) MPI_Comm_free(c);
        delete c;
      }) {
  check(MPI_Comm_rank(comm, &rank_), "MPI_Comm_rank");
  check(MPI_Comm_size(comm, &size_), "MPI_Comm_size");
}

Communicator Communicator::world() {
  return Communicator(MPI_COMM_WORLD, false);
}

Communicator Communicator::self() {
  return Communicator(MPI_COMM_SELF, false);
}

Communicator Communicator::node() const {
  MPI_Comm comm = MPI_COMM_NULL;
  check(MPI_Comm_split_type(handle(), MPI_COMM_TYPE_SHARED, rank_, MPI_INFO_NULL, &comm),
        "MPI_Comm_split_type");
  return Communicator(comm, true);
}

void Communicator::wait_for_all() const {
  MPI_Request request = MPI_REQUEST_NULL;
  const int signal = stop_signal();
  const int telling = signal != 0 ? largest_number + signal : *telling_;
  int told = 0;
  check(MPI_Iallreduce(&telling, &told, 1, MPI_INT, MPI_MAX, handle(), &request), "MPI_Iallreduce");
  const auto begin = std::chrono::steady_clock::now();
  Wait wait;
  auto nap = std::chrono::microseconds(5);
  for (int done = 0;;) {
    wait.look();
    check(MPI_Test(&request, &done, MPI_STATUS_IGNORE), "MPI_Test");
    if (done) break;
    std::this_thread::sleep_for(nap);
    nap = std::min(nap * 2, std::chrono::microseconds(500));
  }
  *told_ = told;
  *seconds_waited_ += std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

void Communicator::broadcast(std::span<float> values) const {
  wait_for_all();
  const trace::Span span("MPI_Bcast", bytes_of(values));
  *collective_bytes_ += in_chunks(values, [&](float* data, int count) {
    check(MPI_Bcast(data, count, MPI_FLOAT, 0, handle()), "MPI_Bcast");
  });
}

void Communicator::reduce_sum(std::span<float> values) const {
  *collective_bytes_ += reduce_in_place(values, MPI_FLOAT, *this);
}

void Communicator::reduce_sum(std::span<std::int64_t> values) const {
  *collective_bytes_ += reduce_in_place(values, MPI_INT64_T, *this);
}

int Communicator::all_max(int value) const {
  int result = 0;
  wait_for_all();
  check(MPI_Allreduce(&value, &result, 1, MPI_INT, MPI_MAX, handle()), "MPI_Allreduce");
  *collective_bytes_ += sizeof(int);
  return result;
}

std::vector<Bytes> Communicator::gather_bytes(const void* data, std::size_t size, bool to_all) const {
  wait_for_all();
  const auto bytes = static_cast<std::int64_t>(size);
  const trace::Span span("gathering", {"bytes", bytes});
  std::vector<std::int64_t> sizes(static_cast<std::size_t>(size_));
  check(MPI_Allgather(&bytes, 1, MPI_INT64_T, sizes.data(), 1, MPI_INT64_T, handle()), "MPI_Allgather");
  const Displacements at(sizes);
  const auto send = as_words(data, size);
  const auto count = checked_count(send.size());
  std::vector<std::int64_t> received(to_all || root() ? at.total : 0);
  if (to_all) {
    check(MPI_Allgatherv(send.data(), count, MPI_INT64_T, received.data(), at.counts.data(),
                         at.offsets.data(), MPI_INT64_T, handle()),
          "MPI_Allgatherv");
  } else {
    check(MPI_Gatherv(send.data(), count, MPI_INT64_T, received.data(), at.counts.data(), at.offsets.data(),
                      MPI_INT64_T, 0, handle()),
          "MPI_Gatherv");
    if (!root()) return {};
  }
  return split(received, sizes, at);
}

std::vector<Bytes> Communicator::all_gather(const Bytes& bytes) const {
  return gather_bytes(bytes.data(), bytes.size(), true);
}

std::vector<std::string> Communicator::all_gather(const std::string& text) const {
  std::vector<std::string> texts;
  for (const auto& part : gather_bytes(text.data(), text.size(), true))
    texts.emplace_back(reinterpret_cast<const char*>(part.data()), part.size());
  return texts;
}

std::vector<Bytes> Communicator::exchange(const std::vector<Bytes>& to_each) const {
  wait_for_all();
  std::vector<std::int64_t> send_sizes, receive_sizes(to_each.size()), send;
  for (const auto& bytes : to_each) {
    const auto words = as_words(bytes.data(), bytes.size());
    send_sizes.push_back(static_cast<std::int64_t>(bytes.size()));
    send.insert(send.end(), words.begin(), words.end());
  }
  check(MPI_Alltoall(send_sizes.data(), 1, MPI_INT64_T, receive_sizes.data(), 1, MPI_INT64_T, handle()),
        "MPI_Alltoall");
  const Displacements from(send_sizes), to(receive_sizes);
  std::vector<std::int64_t> received(to.total);
  check(MPI_Alltoallv(send.data(), from.counts.data(), from.offsets.data(), MPI_INT64_T, received.data(),
                      to.counts.data(), to.offsets.data(), MPI_INT64_T, handle()),
        "MPI_Alltoallv");
  return split(received, receive_sizes, to);
}

void agree(const Communicator& comm, const std::function<void()>& work) {
  std::optional<Error> mine;
  try {
    work();
  } catch (const AgreedError&) {
    throw;  // every rank has this error already
  } catch (...) {
    mine = current_error();
  }
  // Each failed rank's message, preceded by its status.
  const auto said =
      comm.all_gather(mine ? std::string(1, static_cast<char>(mine->status())) + mine->what() : "");
  const auto first = std::find_if(said.begin(), said.end(), [](const auto& text) { return !text.empty(); });
  if (first != said.end()) throw AgreedError(Error(static_cast<Status>(first->front()), first->substr(1)));
}

}  // namespace fedmeta::comm
