package main

import (
	"net"
	"sync"
	"time"
)

// network is a listener whose cable can be pulled.
type network struct {
	net.Listener
	mu       sync.Mutex
	open     map[*net.TCPConn]bool
	cutUntil time.Time
}

// cut resets every connection and refuses new ones for a while.
func (n *network) cut(duration time.Duration) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.cutUntil = time.Now().Add(duration)
	for conn := range n.open {
		reset(conn)
	}
	n.open = nil
}

func (n *network) Accept() (net.Conn, error) {
	for {
		conn, err := n.Listener.Accept()
		if err != nil {
			return nil, err
		}
		tcp := conn.(*net.TCPConn)
		n.mu.Lock()
		isCut := time.Now().Before(n.cutUntil)
		if !isCut {
			if n.open == nil {
				n.open = map[*net.TCPConn]bool{}
			}
			n.open[tcp] = true
		}
		n.mu.Unlock()
		if !isCut {
			return &connection{TCPConn: tcp, network: n}, nil
		}
		reset(tcp)
	}
}

type connection struct {
	*net.TCPConn
	network *network
}

func (c *connection) Close() error {
	c.network.mu.Lock()
	delete(c.network.open, c.TCPConn)
	c.network.mu.Unlock()
	return c.TCPConn.Close()
}

func reset(conn *net.TCPConn) {
	_ = conn.SetLinger(0)
	_ = conn.Close()
}
