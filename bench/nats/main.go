// Program nats is the NATS JetStream side of the benchmark: the server, embedded, and a load
// generator that speaks NATS's text protocol with as little work of its own as Pintle's generator
// does for RocketMQ's: a closed loop, frames of one read answered by one write.
//
//	nats server  --dir DIR                            prints "ready nats=HOST:PORT"
//	nats produce --server HOST:PORT --size 128 ...    prints a JSON report
//	nats consume --server HOST:PORT --pull-batch 32   reads the stream from its beginning
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"syscall"
	"time"
)

type loadOptions struct {
	server      string
	stream      string
	connections int
	inFlight    int
	size        int
	pullBatch   int
	warmup      time.Duration
	duration    time.Duration
}

// The field names are those of `pintle bench -o json`.
type report struct {
	Seconds             float64        `json:"seconds"`
	Produced            int64          `json:"produced"`
	ProducedPerSecond   float64        `json:"produced_per_second"`
	Consumed            int64          `json:"consumed"`
	ConsumedPerSecond   float64        `json:"consumed_per_second"`
	Errors              map[string]int `json:"errors"`
	SendLatency         latency        `json:"send_latency"`
	GeneratorCPUSeconds float64        `json:"generator_cpu_seconds"`
	GeneratorLimited    bool           `json:"generator_limited"`
}

func main() {
	if len(os.Args) < 2 {
		fail(fmt.Errorf("usage: nats server|produce|consume [options]"))
	}
	flags := flag.NewFlagSet(os.Args[1], flag.ExitOnError)
	dir := flags.String("dir", "", "store folder of the server")
	var o loadOptions
	flags.StringVar(&o.server, "server", "", "HOST:PORT")
	flags.StringVar(&o.stream, "stream", "bench", "stream and subject, created when missing")
	flags.IntVar(&o.connections, "connections", 4, "connections")
	flags.IntVar(&o.inFlight, "in-flight", 64, "messages under way on each connection")
	flags.IntVar(&o.size, "size", 128, "bytes of a body")
	flags.IntVar(&o.pullBatch, "pull-batch", 32, "messages asked for at once")
	flags.DurationVar(&o.warmup, "warmup", time.Second, "not measured")
	flags.DurationVar(&o.duration, "duration", 5*time.Second, "measured")
	_ = flags.Parse(os.Args[2:])

	var result *report
	var err error
	switch os.Args[1] {
	case "server":
		err = serve(*dir)
	case "produce":
		result, err = produce(o)
	case "consume":
		result, err = consume(o)
	default:
		err = fmt.Errorf("no command %q", os.Args[1])
	}
	if err != nil {
		fail(err)
	}
	if result != nil {
		result.GeneratorCPUSeconds = cpuSeconds()
		_ = json.NewEncoder(os.Stdout).Encode(result)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "nats:", err)
	os.Exit(1)
}

func cpuSeconds() float64 {
	var usage syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &usage) != nil {
		return 0
	}
	return float64(usage.Utime.Nano()+usage.Stime.Nano()) / 1e9
}
