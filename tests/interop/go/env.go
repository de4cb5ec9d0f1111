package main

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/apache/rocketmq-client-go/v2"
	"github.com/apache/rocketmq-client-go/v2/consumer"
	"github.com/apache/rocketmq-client-go/v2/primitive"
	"github.com/apache/rocketmq-client-go/v2/producer"
)

// env is what a scenario works with: an address, and names that no other scenario uses.
type env struct {
	namesrv string
	topic   string
	group   string
	ledger  *ledger
}

func newEnv(namesrv, scenario string) env {
	unique := scenario + "-" + strconv.FormatInt(time.Now().UnixNano(), 36)
	return env{namesrv: namesrv, topic: unique, group: "group-" + unique, ledger: newLedger()}
}

func (e env) resolver() primitive.NsResolver {
	return primitive.NewPassthroughResolver([]string{e.namesrv})
}

func (e env) startProducer() (rocketmq.Producer, error) {
	p, err := rocketmq.NewProducer(
		producer.WithNsResolver(e.resolver()),
		producer.WithGroupName("producer-"+e.group),
		producer.WithInstanceName("producer-"+e.group),
		producer.WithRetry(0),
		producer.WithSendMsgTimeout(5*time.Second))
	if err != nil {
		return nil, err
	}
	return p, p.Start()
}

// startConsumer consumes from the first offset into the ledger. The topic must exist: the client
// looks for a new route only every 30 seconds.
func (e env) startConsumer(name string, selector consumer.MessageSelector) (rocketmq.PushConsumer, error) {
	c, err := rocketmq.NewPushConsumer(
		consumer.WithNsResolver(e.resolver()),
		consumer.WithGroupName(e.group),
		consumer.WithInstance(name+"-"+e.group),
		consumer.WithConsumeFromWhere(consumer.ConsumeFromFirstOffset),
		consumer.WithConsumerModel(consumer.Clustering))
	if err != nil {
		return nil, err
	}
	err = c.Subscribe(e.topic, selector,
		func(_ context.Context, messages ...*primitive.MessageExt) (consumer.ConsumeResult, error) {
			for _, m := range messages {
				e.ledger.delivered(name, m)
			}
			return consumer.ConsumeSuccess, nil
		})
	if err != nil {
		return nil, err
	}
	return c, c.Start()
}

// message makes the i-th message; its key identifies it in the ledger.
func (e env) message(i int) *primitive.Message {
	body := fmt.Sprintf("%s body %d äöü", e.topic, i)
	m := primitive.NewMessage(e.topic, []byte(body))
	m.WithKeys([]string{fmt.Sprintf("k%d", i)})
	m.WithProperty("number", strconv.Itoa(i))
	return m
}

// sendAll sends n messages one after another and fails on the first that is not stored.
func (e env) sendAll(p rocketmq.Producer, from, n int) error {
	for i := from; i < from+n; i++ {
		m := e.message(i)
		e.ledger.sent(m)
		result, err := p.SendSync(context.Background(), m)
		if err != nil {
			return fmt.Errorf("send %d: %w", i, err)
		}
		if err := e.ledger.acknowledged(m, result); err != nil {
			return err
		}
	}
	return nil
}

// consumeAndCheck delivers everything to one consumer and compares the ledger's two sides.
func (e env) consumeAndCheck() error {
	c, err := e.startConsumer("one", consumer.MessageSelector{})
	if err != nil {
		return err
	}
	defer c.Shutdown()
	return e.ledger.await(25 * time.Second)
}
