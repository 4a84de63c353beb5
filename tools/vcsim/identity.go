package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"
)

// identity is the simulator's TLS identity.
type identity struct {
	config *tls.Config
	caFile string // the root
	// the authority that signed the certificate, without the root above it
	intermediateFile string
	thumbprint       string // SHA-256 of the certificate, hexadecimal
}

// newIdentity makes a root, an authority below it, and a certificate of that authority for loopback. vCenter
// has the same chain where its VMCA is part of a site's PKI.
func newIdentity(dir string) (*identity, error) {
	rootKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	authorityKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	root, authority := authorityCalled("Cornac test authority", 1), authorityCalled("Cornac test authority below", 3)
	rootDER, err := x509.CreateCertificate(rand.Reader, root, root, rootKey.Public(), rootKey)
	if err != nil {
		return nil, err
	}
	authorityDER, err := x509.CreateCertificate(rand.Reader, authority, root, authorityKey.Public(), rootKey)
	if err != nil {
		return nil, err
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	leaf := &x509.Certificate{
		SerialNumber: big.NewInt(2),
		Subject:      pkix.Name{CommonName: "localhost"},
		NotBefore:    authority.NotBefore,
		NotAfter:     authority.NotAfter,
		DNSNames:     []string{"localhost"},
		IPAddresses:  []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	leafDER, err := x509.CreateCertificate(rand.Reader, leaf, authority, key.Public(), authorityKey)
	if err != nil {
		return nil, err
	}
	made := &identity{
		config: &tls.Config{
			Certificates: []tls.Certificate{{Certificate: [][]byte{leafDER, authorityDER}, PrivateKey: key}},
		},
		caFile:           filepath.Join(dir, "ca.pem"),
		intermediateFile: filepath.Join(dir, "intermediate.pem"),
	}
	for file, der := range map[string][]byte{made.caFile: rootDER, made.intermediateFile: authorityDER} {
		text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
		if err = os.WriteFile(file, text, 0o644); err != nil {
			return nil, err
		}
	}
	sum := sha256.Sum256(leafDER)
	made.thumbprint = hex.EncodeToString(sum[:])
	return made, nil
}

func authorityCalled(name string, serial int64) *x509.Certificate {
	return &x509.Certificate{
		SerialNumber:          big.NewInt(serial),
		Subject:               pkix.Name{CommonName: name},
		NotBefore:             time.Now().Add(-time.Hour),
		NotAfter:              time.Now().Add(24 * time.Hour),
		IsCA:                  true,
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageCertSign,
	}
}
