package main

import (
	"context"
	"strings"
)

// sendCompressed sends bodies above 4 KiB, which the client compresses and decompresses; the broker
// must keep the flag that says so.
func sendCompressed(e env) error {
	p, err := e.startProducer()
	if err != nil {
		return err
	}
	defer p.Shutdown()
	for i := 0; i < 10; i++ {
		m := e.message(i)
		m.Body = []byte(strings.Repeat(string(m.Body), 500*(i+1)))
		e.ledger.sent(m)
		result, err := p.SendSync(context.Background(), m)
		if err != nil {
			return err
		}
		if err := e.ledger.acknowledged(m, result); err != nil {
			return err
		}
	}
	return e.consumeAndCheck()
}
