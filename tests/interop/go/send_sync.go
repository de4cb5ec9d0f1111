package main

// sendSync sends one after another, to a topic that the first send creates.
func sendSync(e env) error {
	p, err := e.startProducer()
	if err != nil {
		return err
	}
	defer p.Shutdown()
	if err := e.sendAll(p, 0, 200); err != nil {
		return err
	}
	return e.consumeAndCheck()
}
