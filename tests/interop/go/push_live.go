package main

import (
	"fmt"
	"time"

	"github.com/apache/rocketmq-client-go/v2/consumer"
)

// pushLive sends while the consumer waits: a held pull must answer at once, not at its end.
func pushLive(e env) error {
	p, err := e.startProducer()
	if err != nil {
		return err
	}
	defer p.Shutdown()
	if err := e.sendAll(p, 0, 4); err != nil {
		return err
	}
	c, err := e.startConsumer("one", consumer.MessageSelector{})
	if err != nil {
		return err
	}
	defer c.Shutdown()
	if err := e.ledger.await(25 * time.Second); err != nil {
		return err
	}
	// Every queue's pull is now held by the broker.
	time.Sleep(time.Second)
	start := time.Now()
	if err := e.sendAll(p, 4, 20); err != nil {
		return err
	}
	for e.ledger.missing() > 0 && time.Since(start) < 10*time.Second {
		time.Sleep(time.Millisecond)
	}
	if took := time.Since(start); took > 3*time.Second {
		return fmt.Errorf("20 messages took %v to arrive", took)
	}
	return e.ledger.await(time.Second)
}
