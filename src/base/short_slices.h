// How soon the system runs a thread that has something to do.
#pragma once

namespace pintle {

// For threads that work for a moment whenever they are woken and that somebody waits for: the
// calling thread asks for time in short pieces, and gets them sooner than threads which work for
// long (those that touch pages, write queues, or other programs). It gets no more time by it. What
// the system does not know (Linux before 6.12) changes nothing.
void AskForShortSlices();

}  // namespace pintle
