package main

import (
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
)

// serve runs a NATS server with JetStream's files in dir until it is told to stop. All settings
// but place and address are the server's defaults.
func serve(dir string) error {
	options := &server.Options{
		Host: "127.0.0.1", Port: server.RANDOM_PORT, JetStream: true, StoreDir: dir, NoSigs: true,
		MaxPayload: 8 << 20,
	}
	instance, err := server.NewServer(options)
	if err != nil {
		return err
	}
	go instance.Start()
	if !instance.ReadyForConnections(20 * time.Second) {
		return fmt.Errorf("the server did not come up")
	}
	fmt.Printf("ready nats=%s\n", instance.Addr())
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM, syscall.SIGINT)
	<-stop
	instance.Shutdown()
	return nil
}

// openStream creates the stream with file storage where it is missing.
func openStream(o loadOptions) error {
	connection, err := nats.Connect("nats://" + o.server)
	if err != nil {
		return err
	}
	defer connection.Close()
	stream, err := connection.JetStream()
	if err != nil {
		return err
	}
	if _, err = stream.StreamInfo(o.stream); err == nil {
		return nil
	}
	_, err = stream.AddStream(&nats.StreamConfig{
		Name: o.stream, Subjects: []string{o.stream}, Storage: nats.FileStorage,
	})
	return err
}

// addConsumer makes a pull consumer that starts at the beginning of the stream and needs no
// acknowledgements, like a pull of RocketMQ's.
func addConsumer(o loadOptions, name string) error {
	connection, err := nats.Connect("nats://" + o.server)
	if err != nil {
		return err
	}
	defer connection.Close()
	stream, err := connection.JetStream()
	if err != nil {
		return err
	}
	_, err = stream.AddConsumer(o.stream, &nats.ConsumerConfig{
		Durable: name, AckPolicy: nats.AckNonePolicy, DeliverPolicy: nats.DeliverAllPolicy,
	})
	return err
}
