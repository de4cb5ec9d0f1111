package main

import (
	"context"
	"time"

	"github.com/apache/rocketmq-client-go/v2/consumer"
)

// pushTagFilter subscribes to two of three tags.
func pushTagFilter(e env) error {
	p, err := e.startProducer()
	if err != nil {
		return err
	}
	defer p.Shutdown()
	for i := 0; i < 150; i++ {
		m := e.message(i)
		m.WithTag([]string{"red", "green", "blue"}[i%3])
		if i%3 == 1 {
			e.ledger.sentForOthers(m)
		} else {
			e.ledger.sent(m)
		}
		result, err := p.SendSync(context.Background(), m)
		if err != nil {
			return err
		}
		if err := e.ledger.acknowledged(m, result); err != nil {
			return err
		}
	}
	c, err := e.startConsumer("one", consumer.MessageSelector{
		Type: consumer.TAG, Expression: "red || blue"})
	if err != nil {
		return err
	}
	defer c.Shutdown()
	return e.ledger.await(25 * time.Second)
}
