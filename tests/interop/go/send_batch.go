package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/apache/rocketmq-client-go/v2/primitive"
)

// sendBatch sends twenty messages in one request, ten times.
func sendBatch(e env) error {
	p, err := e.startProducer()
	if err != nil {
		return err
	}
	defer p.Shutdown()
	for batch := 0; batch < 10; batch++ {
		var messages []*primitive.Message
		for i := 0; i < 20; i++ {
			m := e.message(batch*20 + i)
			e.ledger.sent(m)
			messages = append(messages, m)
		}
		result, err := p.SendSync(context.Background(), messages...)
		if err != nil {
			return err
		}
		if result.Status != primitive.SendOK {
			return fmt.Errorf("status %v", result.Status)
		}
		if ids := len(strings.Split(result.OffsetMsgID, ",")); ids != 20 {
			return fmt.Errorf("%d offset ids for 20 messages", ids)
		}
	}
	return e.consumeAndCheck()
}
