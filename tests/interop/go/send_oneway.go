package main

import "context"

// sendOneway expects no answer; on a healthy loopback connection everything still arrives.
func sendOneway(e env) error {
	p, err := e.startProducer()
	if err != nil {
		return err
	}
	defer p.Shutdown()
	if err := e.sendAll(p, 0, 1); err != nil {
		return err
	}
	for i := 1; i <= 100; i++ {
		m := e.message(i)
		e.ledger.sent(m)
		if err := p.SendOneWay(context.Background(), m); err != nil {
			return err
		}
	}
	return e.consumeAndCheck()
}
