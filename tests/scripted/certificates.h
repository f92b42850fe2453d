// Certificates made on the spot, right and wrong ones, for tests of TLS.
#pragma once

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <boost/asio/ssl/context.hpp>
#include <memory>
#include <stdexcept>
#include <string>

namespace recgauge::scripted {

struct CertificateWishes {
  std::string subject = "test";
  std::string alternative_name = "IP:127.0.0.1";  ///< empty for an authority
  long begins_in_days = -1;
  long ends_in_days = 1;
};

class Certificate {
 public:
  /// Signed by `issuer`, or by itself.
  explicit Certificate(const CertificateWishes& wishes, const Certificate* issuer = nullptr)
      : key_(EVP_EC_gen("P-256"), &EVP_PKEY_free), certificate_(X509_new(), &X509_free) {
    X509* certificate = certificate_.get();
    X509_set_version(certificate, 2);
    static long serial = 1;
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), serial++);
    X509_gmtime_adj(X509_getm_notBefore(certificate), wishes.begins_in_days * 86400);
    X509_gmtime_adj(X509_getm_notAfter(certificate), wishes.ends_in_days * 86400);
    X509_set_pubkey(certificate, key_.get());
    X509_NAME* name = X509_get_subject_name(certificate);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(wishes.subject.c_str()), -1, -1, 0);
    const Certificate& signer = issuer == nullptr ? *this : *issuer;
    X509_set_issuer_name(certificate, X509_get_subject_name(signer.certificate_.get()));
    if (wishes.alternative_name.empty()) {
      extend(NID_basic_constraints, "critical,CA:TRUE");
    } else {
      extend(NID_subject_alt_name, wishes.alternative_name);
    }
    if (X509_sign(certificate, signer.key_.get(), EVP_sha256()) == 0) throw std::runtime_error("no certificate");
  }

  std::string certificate_pem() const {
    return pem([this](BIO* bio) { PEM_write_bio_X509(bio, certificate_.get()); });
  }
  std::string key_pem() const {
    return pem([this](BIO* bio) { PEM_write_bio_PrivateKey(bio, key_.get(), nullptr, nullptr, 0, nullptr, nullptr); });
  }
  std::string encrypted_key_pem(const std::string& phrase) const {
    return pem([&](BIO* bio) {
      PEM_write_bio_PrivateKey(bio, key_.get(), EVP_aes_256_cbc(),
                               reinterpret_cast<const unsigned char*>(phrase.data()), static_cast<int>(phrase.size()),
                               nullptr, nullptr);
    });
  }

  /// For a server that shows this certificate.
  boost::asio::ssl::context server_context() const {
    boost::asio::ssl::context context(boost::asio::ssl::context::tls_server);
    context.use_certificate_chain(boost::asio::buffer(certificate_pem()));
    context.use_private_key(boost::asio::buffer(key_pem()), boost::asio::ssl::context::pem);
    return context;
  }

 private:
  void extend(int kind, const std::string& value) {
    const std::unique_ptr<X509_EXTENSION, decltype(&X509_EXTENSION_free)> extension(
        X509V3_EXT_conf_nid(nullptr, nullptr, kind, value.c_str()), &X509_EXTENSION_free);
    if (extension == nullptr) throw std::runtime_error("no such extension: " + value);
    X509_add_ext(certificate_.get(), extension.get(), -1);
  }

  template <typename Write>
  static std::string pem(Write&& write) {
    const std::unique_ptr<BIO, decltype(&BIO_free)> bio(BIO_new(BIO_s_mem()), &BIO_free);
    write(bio.get());
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &data);
    return {data, static_cast<size_t>(size)};
  }

  std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key_;
  std::unique_ptr<X509, decltype(&X509_free)> certificate_;
};

}  // namespace recgauge::scripted
