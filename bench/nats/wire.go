package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"strconv"
)

// wire is one connection that speaks NATS's text protocol: lines, and bodies after MSG and HMSG.
// One goroutine uses it.
type wire struct {
	connection net.Conn
	in         *bufio.Reader
	out        *bufio.Writer
	inbox      string // answers to inbox.SLOT arrive with SLOT as their subscription
}

// delivery is one MSG or HMSG; its views are valid until the next read.
type delivery struct {
	slot    int    // the subscription, which is the slot of the request
	body    []byte // with headers where there are any
	headers bool
}

// dial connects and subscribes to the answers of so many slots.
func dial(address string, serial, slots int) (*wire, error) {
	connection, err := net.Dial("tcp", address)
	if err != nil {
		return nil, err
	}
	w := &wire{
		connection: connection,
		in:         bufio.NewReaderSize(connection, 1<<20),
		out:        bufio.NewWriterSize(connection, 1<<20),
		inbox:      fmt.Sprintf("_INBOX.bench%d", serial),
	}
	if _, err = w.in.ReadSlice('\n'); err != nil { // INFO
		return nil, err
	}
	const hello = `CONNECT {"verbose":false,"pedantic":false,"headers":true,"no_responders":true}`
	fmt.Fprintf(w.out, "%s\r\n", hello)
	for slot := range slots {
		fmt.Fprintf(w.out, "SUB %s.%d %d\r\n", w.inbox, slot, slot)
	}
	fmt.Fprintf(w.out, "PING\r\n")
	if err = w.out.Flush(); err != nil {
		return nil, err
	}
	for {
		line, err := w.in.ReadSlice('\n')
		if err != nil {
			return nil, err
		}
		if bytes.HasPrefix(line, []byte("PONG")) {
			return w, nil
		}
		if bytes.HasPrefix(line, []byte("-ERR")) {
			return nil, fmt.Errorf("the server refused: %s", bytes.TrimSpace(line))
		}
	}
}

// publish queues a message whose answer comes to inbox.slot; flush sends what is queued.
func (w *wire) publish(subject string, slot int, body []byte) {
	var digits [20]byte
	w.out.WriteString("PUB ")
	w.out.WriteString(subject)
	w.out.WriteByte(' ')
	w.out.WriteString(w.inbox)
	w.out.WriteByte('.')
	w.out.Write(strconv.AppendInt(digits[:0], int64(slot), 10))
	w.out.WriteByte(' ')
	w.out.Write(strconv.AppendInt(digits[:0], int64(len(body)), 10))
	w.out.WriteString("\r\n")
	w.out.Write(body)
	w.out.WriteString("\r\n")
}

// next returns the next delivery. Before it would block, what is queued is sent.
func (w *wire) next() (delivery, error) {
	for {
		if w.in.Buffered() == 0 && w.out.Buffered() > 0 {
			if err := w.out.Flush(); err != nil {
				return delivery{}, err
			}
		}
		line, err := w.in.ReadSlice('\n')
		if err != nil {
			return delivery{}, err
		}
		switch {
		case bytes.HasPrefix(line, []byte("MSG ")), bytes.HasPrefix(line, []byte("HMSG ")):
			fields := bytes.Fields(line)
			d := delivery{headers: line[0] == 'H'}
			if d.slot, err = strconv.Atoi(string(fields[2])); err != nil {
				return d, err
			}
			size, err := strconv.Atoi(string(fields[len(fields)-1]))
			if err != nil {
				return d, err
			}
			d.body, err = w.body(size)
			return d, err
		case bytes.HasPrefix(line, []byte("PING")):
			w.out.WriteString("PONG\r\n")
		case bytes.HasPrefix(line, []byte("-ERR")):
			return delivery{}, fmt.Errorf("the server refused: %s", bytes.TrimSpace(line))
		}
	}
}

// body takes size bytes and the line end behind them; a view while it fits the buffer.
func (w *wire) body(size int) ([]byte, error) {
	if size+2 <= w.in.Size() {
		view, err := w.in.Peek(size + 2)
		if err != nil {
			return nil, err
		}
		_, err = w.in.Discard(size + 2)
		return view[:size], err
	}
	owned := make([]byte, size+2)
	_, err := io.ReadFull(w.in, owned)
	return owned[:size], err
}
