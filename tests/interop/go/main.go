// Command interop drives a name server and its broker with the official Go client and prints one
// PASS or FAIL line per scenario.
//
//	interop NAMESRV_ADDRESS [SCENARIO...]
package main

import (
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/apache/rocketmq-client-go/v2/rlog"
)

// scenario is one thing that a program does with the client; it has its own topic and group.
type scenario struct {
	name string
	run  func(env) error
}

var scenarios = []scenario{
	{"go-send-sync", sendSync},
	{"go-send-async", sendAsync},
	{"go-send-oneway", sendOneway},
	{"go-send-batch", sendBatch},
	{"go-send-compressed", sendCompressed},
	{"go-push-tag-filter", pushTagFilter},
	{"go-push-live", pushLive},
	{"go-push-two-consumers", pushTwoConsumers},
}

const scenarioTimeout = 40 * time.Second

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: interop NAMESRV_ADDRESS [SCENARIO...]")
		os.Exit(2)
	}
	rlog.SetLogLevel("fatal")
	failed := 0
	for _, s := range scenarios {
		if len(os.Args) > 2 && !slices.Contains(os.Args[2:], s.name) {
			continue
		}
		done := make(chan error, 1)
		go func() { done <- s.run(newEnv(os.Args[1], s.name)) }()
		var err error
		select {
		case err = <-done:
		case <-time.After(scenarioTimeout):
			err = fmt.Errorf("did not end within %v", scenarioTimeout)
		}
		if err != nil {
			failed++
			fmt.Printf("FAIL %s: %v\n", s.name, err)
		} else {
			fmt.Printf("PASS %s\n", s.name)
		}
	}
	if failed > 0 {
		os.Exit(1)
	}
}
