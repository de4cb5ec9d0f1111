package main

import (
	"context"
	"sync"

	"github.com/apache/rocketmq-client-go/v2/primitive"
)

// sendAsync keeps many requests in flight on one connection.
func sendAsync(e env) error {
	p, err := e.startProducer()
	if err != nil {
		return err
	}
	defer p.Shutdown()
	// The first creates the topic: concurrent ones would each ask for its route.
	if err := e.sendAll(p, 0, 1); err != nil {
		return err
	}
	const count = 500
	var answers sync.WaitGroup
	failures := make(chan error, count)
	for i := 1; i <= count; i++ {
		m := e.message(i)
		e.ledger.sent(m)
		answers.Add(1)
		err := p.SendAsync(context.Background(),
			func(_ context.Context, result *primitive.SendResult, err error) {
				defer answers.Done()
				if err == nil {
					err = e.ledger.acknowledged(m, result)
				}
				if err != nil {
					failures <- err
				}
			}, m)
		if err != nil {
			return err
		}
	}
	answers.Wait()
	select {
	case err := <-failures:
		return err
	default:
	}
	return e.consumeAndCheck()
}
