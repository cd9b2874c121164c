// A recorder for devices that cannot record: it replays by doing the work again, as it was when it was
// recorded. Work that depends on more than its inputs gives itself away by old results.
#pragma once

#include <gtest/gtest.h>

#include <memory>

#include "device/plugin.hpp"

namespace fedmeta::device {

class AgainRecorder final : public Recorder {
 public:
  std::unique_ptr<Recording> record(const std::function<void()>& work) override {
    EXPECT_NO_THROW(work());  // else the work would be done without being recorded, and be right
    return std::make_unique<Again>(work);
  }

 private:
  struct Again final : Recording {
    explicit Again(std::function<void()> what) : work(std::move(what)) {}
    void replay() override { work(); }
    std::function<void()> work;
  };
};

}  // namespace fedmeta::device
