package fakeaws

import (
	"bufio"
	"errors"
	"net"
	"sync"
	"time"
)

// splitListener tells the TLS connections of one port from the plain ones by
// their first byte: a TLS record of type handshake starts with 22 (RFC 8446
// section 5.1), which no HTTP method does.
type splitListener struct {
	tcp           net.Listener
	secure, plain *connections

	mu     sync.Mutex
	silent map[net.Conn]bool // connections that have sent nothing yet
	closed bool
}

func newSplitListener(tcp net.Listener) *splitListener {
	return &splitListener{tcp: tcp, secure: newConnections(tcp.Addr()), plain: newConnections(tcp.Addr()), silent: map[net.Conn]bool{}}
}

// accept hands out connections until the listener is closed. Other errors, such as
// a lack of file descriptors, pass.
func (l *splitListener) accept() {
	for {
		conn, err := l.tcp.Accept()
		switch {
		case errors.Is(err, net.ErrClosed):
			return
		case err != nil:
			time.Sleep(10 * time.Millisecond)
		case l.await(conn):
			go l.route(conn)
		default:
			conn.Close()
		}
	}
}

// await notes a connection that has yet to speak; false if the listener has closed.
func (l *splitListener) await(conn net.Conn) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.closed {
		l.silent[conn] = true
	}
	return !l.closed
}

func (l *splitListener) route(conn net.Conn) {
	conn.SetReadDeadline(time.Now().Add(readHeaderTimeout))
	peeked := &peekedConn{Conn: conn, reader: bufio.NewReader(conn)}
	first, err := peeked.reader.Peek(1)
	l.mu.Lock()
	delete(l.silent, conn)
	l.mu.Unlock()
	if err != nil {
		conn.Close()
		return
	}
	conn.SetReadDeadline(time.Time{})
	const handshake = 22
	if first[0] == handshake {
		l.secure.add(peeked)
	} else {
		l.plain.add(peeked)
	}
}

func (l *splitListener) Close() error {
	l.mu.Lock()
	l.closed = true
	for conn := range l.silent {
		conn.Close()
	}
	l.mu.Unlock()
	l.secure.Close()
	l.plain.Close()
	return l.tcp.Close()
}

// peekedConn reads first what was peeked at.
type peekedConn struct {
	net.Conn
	reader *bufio.Reader
}

func (c *peekedConn) Read(p []byte) (int, error) { return c.reader.Read(p) }

// connections is a net.Listener of connections that another one accepted.
type connections struct {
	address net.Addr
	queue   chan net.Conn
	closed  chan struct{}
	once    sync.Once
}

func newConnections(address net.Addr) *connections {
	return &connections{address: address, queue: make(chan net.Conn), closed: make(chan struct{})}
}

func (c *connections) add(conn net.Conn) {
	select {
	case c.queue <- conn:
	case <-c.closed:
		conn.Close()
	}
}

func (c *connections) Accept() (net.Conn, error) {
	select {
	case conn := <-c.queue:
		return conn, nil
	case <-c.closed:
		return nil, net.ErrClosed
	}
}

func (c *connections) Close() error {
	c.once.Do(func() { close(c.closed) })
	return nil
}

func (c *connections) Addr() net.Addr { return c.address }
