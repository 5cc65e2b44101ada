import Crypto

/// The hash that names a document.
public enum DocumentHash {
    /// SHA-256 of a text's UTF-8 bytes, in lower hexadecimal: 64 digits.
    public static func sha256(_ document: String) -> String {
        SHA256.hash(data: Array(document.utf8)).map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }
}
