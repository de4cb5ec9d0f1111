package main

import (
	"math/bits"
	"time"
)

const subBits = 6 // 64 steps in each power of two: under 1.6 % wide

// histogram is log-linear over nanoseconds.
type histogram struct {
	counts [64 << subBits]int64
	count  int64
	sum    float64
	max    int64
}

type latency struct {
	Count int64   `json:"count"`
	Mean  float64 `json:"mean_us"`
	P50   float64 `json:"p50_us"`
	P90   float64 `json:"p90_us"`
	P99   float64 `json:"p99_us"`
	P999  float64 `json:"p999_us"`
	P9999 float64 `json:"p9999_us"`
	Max   float64 `json:"max_us"`
}

func bucket(ns int64) int {
	if ns < 1<<subBits {
		return int(ns)
	}
	shift := bits.Len64(uint64(ns)) - 1 - subBits
	return (shift+1)<<subBits + int(ns>>shift) - 1<<subBits
}

func bucketEnd(index int) int64 {
	if index < 1<<subBits {
		return int64(index)
	}
	shift := index>>subBits - 1
	return (int64(index&(1<<subBits-1))+1<<subBits+1)<<shift - 1
}

func (h *histogram) record(d time.Duration) {
	ns := max(0, d.Nanoseconds())
	h.counts[bucket(ns)]++
	h.count++
	h.sum += float64(ns)
	h.max = max(h.max, ns)
}

func (h *histogram) merge(other *histogram) {
	for i, n := range other.counts {
		h.counts[i] += n
	}
	h.count += other.count
	h.sum += other.sum
	h.max = max(h.max, other.max)
}

func (h *histogram) quantile(q float64) float64 {
	wanted := int64(q*float64(h.count) + 0.5)
	var seen int64
	for i, n := range h.counts {
		if seen += n; n > 0 && seen >= wanted {
			return float64(min(bucketEnd(i), h.max)) / 1e3
		}
	}
	return float64(h.max) / 1e3
}

func (h *histogram) summary() latency {
	if h.count == 0 {
		return latency{}
	}
	return latency{
		Count: h.count, Mean: h.sum / float64(h.count) / 1e3, P50: h.quantile(0.5),
		P90: h.quantile(0.9), P99: h.quantile(0.99), P999: h.quantile(0.999),
		P9999: h.quantile(0.9999), Max: float64(h.max) / 1e3,
	}
}
