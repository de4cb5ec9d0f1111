package main

import (
	"fmt"
	"time"

	"github.com/apache/rocketmq-client-go/v2/consumer"
)

// pushTwoConsumers lets a second consumer of the group join and the first one leave.
func pushTwoConsumers(e env) error {
	p, err := e.startProducer()
	if err != nil {
		return err
	}
	defer p.Shutdown()
	if err := e.sendAll(p, 0, 40); err != nil {
		return err
	}
	first, err := e.startConsumer("one", consumer.MessageSelector{})
	if err != nil {
		return err
	}
	if err := e.ledger.awaitWithCopies(20 * time.Second); err != nil {
		return err
	}
	second, err := e.startConsumer("two", consumer.MessageSelector{})
	if err != nil {
		return err
	}
	defer second.Shutdown()
	// The broker tells both of the change, and each takes its half of the queues.
	time.Sleep(2 * time.Second)
	if err := e.sendAll(p, 40, 100); err != nil {
		return err
	}
	if err := e.ledger.awaitWithCopies(20 * time.Second); err != nil {
		return err
	}
	e.ledger.mutex.Lock()
	share := e.ledger.consumers["two"]
	e.ledger.mutex.Unlock()
	if share == 0 {
		return fmt.Errorf("the second consumer got nothing")
	}
	if err := first.Shutdown(); err != nil {
		return err
	}
	if err := e.sendAll(p, 140, 40); err != nil {
		return err
	}
	return e.ledger.awaitWithCopies(25 * time.Second)
}
