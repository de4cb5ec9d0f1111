package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"sync"
	"time"
)

// share is what one connection counted in the window.
type share struct {
	messages  int64
	errors    int
	histogram histogram
	ended     time.Time // of the last message, for reads that end by themselves
	err       error
}

// run gives each connection a goroutine and adds up what they counted.
func run(o loadOptions, slots int, work func(*wire, *share, time.Time, time.Time)) ([]*share, time.Time, error) {
	var group sync.WaitGroup
	shares := make([]*share, o.connections)
	wires := make([]*wire, o.connections)
	for i := range shares {
		w, err := dial(o.server, i, slots)
		if err != nil {
			return nil, time.Time{}, err
		}
		wires[i], shares[i] = w, &share{}
	}
	begin := time.Now().Add(o.warmup)
	end := begin.Add(o.duration)
	for i := range shares {
		group.Add(1)
		go func() {
			defer group.Done()
			work(wires[i], shares[i], begin, end)
		}()
		// Ends a connection that waits for an answer past the window.
		_ = wires[i].connection.SetReadDeadline(end.Add(5 * time.Second))
	}
	group.Wait()
	for _, s := range shares {
		if s.err != nil {
			return nil, begin, s.err
		}
	}
	return shares, begin, nil
}

// produce keeps inFlight messages under way on each connection; an acknowledgement sends the next.
func produce(o loadOptions) (*report, error) {
	if err := openStream(o); err != nil {
		return nil, err
	}
	body := bytes.Repeat([]byte("p"), o.size)
	shares, _, err := run(o, o.inFlight, func(w *wire, s *share, begin, end time.Time) {
		sent := make([]time.Time, o.inFlight)
		for slot := range sent {
			sent[slot] = time.Now()
			w.publish(o.stream, slot, body)
		}
		for {
			d, err := w.next()
			if err != nil {
				s.err = err
				return
			}
			now := time.Now()
			if now.After(end) {
				return
			}
			if now.After(begin) {
				if acknowledged(d) {
					s.messages++
					s.histogram.record(now.Sub(sent[d.slot]))
				} else {
					s.errors++
				}
			}
			sent[d.slot] = now
			w.publish(o.stream, d.slot, body)
		}
	})
	if err != nil {
		return nil, err
	}
	result := &report{Seconds: o.duration.Seconds(), Errors: map[string]int{}}
	var all histogram
	for _, s := range shares {
		result.Produced += s.messages
		if s.errors > 0 {
			result.Errors["refused"] += s.errors
		}
		all.merge(&s.histogram)
	}
	result.ProducedPerSecond = float64(result.Produced) / result.Seconds
	result.SendLatency = all.summary()
	return result, nil
}

// An acknowledgement is {"stream":..., "seq":...}; a refusal has "error", or is an empty message
// with a status in its headers.
func acknowledged(d delivery) bool {
	return !d.headers && len(d.body) > 0 && !bytes.Contains(d.body, []byte(`"error"`))
}

// consume reads the stream to its end with eight pulls under way, as many as the queues that
// RocketMQ's side reads side by side.
func consume(o loadOptions) (*report, error) {
	const pulls = 8
	name := fmt.Sprintf("c%d", time.Now().UnixNano())
	if err := addConsumer(o, name); err != nil {
		return nil, err
	}
	ask, _ := json.Marshal(map[string]any{"batch": o.pullBatch, "no_wait": true})
	next := fmt.Sprintf("$JS.API.CONSUMER.MSG.NEXT.%s.%s", o.stream, name)
	each := max(1, pulls/o.connections)
	shares, begin, err := run(o, each, func(w *wire, s *share, begin, end time.Time) {
		got := make([]int, each)
		open := each
		for slot := range got {
			w.publish(next, slot, ask)
		}
		for open > 0 {
			d, err := w.next()
			if err != nil {
				s.err = err
				return
			}
			if d.headers { // 404 or 408: the end of the stream
				open--
				continue
			}
			now := time.Now()
			if now.After(end) {
				return
			}
			if now.After(begin) {
				s.messages++
				s.ended = now
			}
			if got[d.slot]++; got[d.slot] == o.pullBatch {
				got[d.slot] = 0
				w.publish(next, d.slot, ask)
			}
		}
	})
	if err != nil {
		return nil, err
	}
	result := &report{Errors: map[string]int{}}
	last := begin
	for _, s := range shares {
		result.Consumed += s.messages
		if s.ended.After(last) {
			last = s.ended
		}
	}
	result.Seconds = max(1e-9, last.Sub(begin).Seconds())
	result.ConsumedPerSecond = float64(result.Consumed) / result.Seconds
	return result, nil
}
