package cluster

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"time"

	"gongbao/internal/clock"
)

const certificateDays = 2 // longer than any test

// authority signs the certificates of one cluster.
type authority struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
}

// writeCertificates makes an authority, a certificate for the brokers and one for clients: ca.pem; server.pem with the
// key in it, as brokers like it; client.pem and client-key.pem.
func (c *Cluster) writeCertificates() error {
	ca := &authority{}
	caText, _, err := ca.sign("gongbao test authority")
	if err != nil {
		return err
	}
	server, serverKey, err := ca.sign("127.0.0.1")
	if err != nil {
		return err
	}
	client, clientKey, err := ca.sign(User)
	if err != nil {
		return err
	}
	for name, text := range map[string][]byte{
		"ca.pem": caText, "server.pem": append(serverKey, server...), "client.pem": client, "client-key.pem": clientKey,
	} {
		if err := os.WriteFile(c.file(name), text, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// sign makes a certificate with its key, both as PEM. The first one signs itself and becomes the authority.
func (a *authority) sign(name string) (certificate, key []byte, err error) {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, fmt.Errorf("make a key: %w", err)
	}
	serial, err := rand.Int(rand.Reader, big.NewInt(1<<62))
	if err != nil {
		return nil, nil, fmt.Errorf("make a certificate: %w", err)
	}
	now := clock.System{}.Now()
	template := &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: name},
		NotBefore: now.Add(-time.Hour), NotAfter: now.AddDate(0, 0, certificateDays),
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, BasicConstraintsValid: true,
	}
	parent, signer := a.certificate, a.key
	if parent == nil {
		template.IsCA, template.KeyUsage = true, x509.KeyUsageCertSign
		template.ExtKeyUsage, template.IPAddresses = nil, nil
		parent, signer = template, private
	}
	raw, err := x509.CreateCertificate(rand.Reader, template, parent, &private.PublicKey, signer)
	if err != nil {
		return nil, nil, fmt.Errorf("make a certificate: %w", err)
	}
	if a.certificate == nil {
		a.key = private
		if a.certificate, err = x509.ParseCertificate(raw); err != nil {
			return nil, nil, err
		}
	}
	rawKey, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return nil, nil, err
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: raw}),
		pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: rawKey}), nil
}
