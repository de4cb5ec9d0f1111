package main

import (
	"bytes"
	"fmt"
	"sync"
	"time"

	"github.com/apache/rocketmq-client-go/v2/primitive"
)

// ledger compares what was sent with what was delivered. Safe for concurrent use.
type ledger struct {
	mutex     sync.Mutex
	bodies    map[string][]byte
	ignored   map[string]bool
	places    map[string]string
	copies    map[string]int
	consumers map[string]int
	wrong     []string
}

func newLedger() *ledger {
	return &ledger{
		bodies:    map[string][]byte{},
		ignored:   map[string]bool{},
		places:    map[string]string{},
		copies:    map[string]int{},
		consumers: map[string]int{},
	}
}

func (l *ledger) sent(m *primitive.Message) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.bodies[m.GetKeys()] = bytes.Clone(m.Body)
}

// sentForOthers records a message that the consumer's filter must not let through.
func (l *ledger) sentForOthers(m *primitive.Message) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.ignored[m.GetKeys()] = true
}

// acknowledged checks the answer to a send: stored, and at a place of its own.
func (l *ledger) acknowledged(m *primitive.Message, result *primitive.SendResult) error {
	if result.Status != primitive.SendOK {
		return fmt.Errorf("%s: status %v", m.GetKeys(), result.Status)
	}
	if result.OffsetMsgID == "" || result.MessageQueue == nil {
		return fmt.Errorf("%s: answer without id or queue: %v", m.GetKeys(), result)
	}
	place := fmt.Sprintf("%s/%d/%d", result.MessageQueue.BrokerName, result.MessageQueue.QueueId, result.QueueOffset)
	l.mutex.Lock()
	defer l.mutex.Unlock()
	if other, taken := l.places[place]; taken {
		return fmt.Errorf("%s and %s both stored at %s", m.GetKeys(), other, place)
	}
	l.places[place] = m.GetKeys()
	return nil
}

func (l *ledger) delivered(consumer string, m *primitive.MessageExt) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	key := m.GetKeys()
	body, known := l.bodies[key]
	switch {
	case l.ignored[key]:
		l.wrong = append(l.wrong, key+" passed the filter")
	case !known:
		l.wrong = append(l.wrong, "foreign message "+m.MsgId)
	case !bytes.Equal(body, m.Body):
		l.wrong = append(l.wrong, key+" has another body")
	}
	l.copies[key]++
	l.consumers[consumer]++
}

func (l *ledger) missing() int {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	missing := 0
	for key := range l.bodies {
		if l.copies[key] == 0 {
			missing++
		}
	}
	return missing
}

// await returns once everything sent was delivered, and says what is wrong otherwise. Nothing may
// come twice: no consumer left and nothing failed.
func (l *ledger) await(limit time.Duration) error {
	if err := l.awaitWithCopies(limit); err != nil {
		return err
	}
	l.mutex.Lock()
	defer l.mutex.Unlock()
	for key, copies := range l.copies {
		if copies > 1 {
			return fmt.Errorf("%s delivered %d times", key, copies)
		}
	}
	return nil
}

// awaitWithCopies allows duplicates, which a rebalance may cause.
func (l *ledger) awaitWithCopies(limit time.Duration) error {
	deadline := time.Now().Add(limit)
	for l.missing() > 0 && time.Now().Before(deadline) {
		time.Sleep(10 * time.Millisecond)
	}
	// Time for what should not come to come.
	time.Sleep(200 * time.Millisecond)
	missing := l.missing()
	l.mutex.Lock()
	defer l.mutex.Unlock()
	if len(l.wrong) > 0 {
		return fmt.Errorf("%d wrong, first: %s", len(l.wrong), l.wrong[0])
	}
	if missing > 0 {
		return fmt.Errorf("%d of %d not delivered", missing, len(l.bodies))
	}
	return nil
}
