// What the store tool finds, as text for people and as JSON for programs.
#pragma once

#include "model/record.h"
#include "store/tool/store_inspection.h"

namespace pintle::main {

void PrintInspection(const store::StoreInspection& inspection, bool json);
// One line.
void PrintRecord(const model::Record& record, bool crc_ok, bool json);

}  // namespace pintle::main
