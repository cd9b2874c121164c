// The plug-in's kernels, whose launchers are loops on the CPU here.
#pragma once

#include "kernels/group_lstm.hpp"
#include "kernels/group_pooling.hpp"
#include "kernels/group_softmax.hpp"

namespace fedmeta::test {

const kernels::GroupLstm& lstm_on_cpu();
const kernels::GroupPooling& pooling_on_cpu();
const kernels::GroupSoftmax& softmax_on_cpu();

}  // namespace fedmeta::test
