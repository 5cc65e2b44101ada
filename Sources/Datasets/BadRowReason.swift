public import Domain

/// Why a row cannot be taken; columns by the names that the file gives them.
public enum BadRowReason: Error, Equatable, Sendable, CustomStringConvertible {
    case fieldCount(found: Int, expected: Int)
    /// `byte` counts from 1 at the row's first.
    case notUTF8(byte: Int)
    case containsNull
    case quoteInsideField
    case textAfterQuote
    case carriageReturnInsideField
    case id(column: String, ExternalIDError)
    case kindLength(column: String, bytes: Int)
    case timestampForm(column: String)
    case timestampBefore1970(column: String)
    case timestampTooLate(column: String)
    case notANumber(column: String)
    case notAPlace(column: String)
    case notABoolean(column: String)

    public var description: String {
        switch self {
        case .fieldCount(let found, let expected):
            "The row has \(found) \(found == 1 ? "field" : "fields"), the header \(expected). Quote fields that hold commas."
        case .notUTF8(let byte):
            "Byte \(byte) of the row is not UTF-8. Convert the file, for example with `iconv -f latin1 -t utf-8`."
        case .containsNull:
            "The row holds a zero byte. Leave it out."
        case .quoteInsideField:
            "A quote stands inside a field that is not quoted. Quote the field and double the quote."
        case .textAfterQuote:
            "Text follows a closing quote. Double the quotes inside a quoted field."
        case .carriageReturnInsideField:
            "A carriage return stands alone. End lines with LF or CRLF, and quote fields that hold line ends."
        case .id(let column, let error):
            "Column \(column): \(error)"
        case .kindLength(let column, let bytes):
            "Column \(column) has \(bytes) bytes. Give at most 64."
        case .timestampForm(let column):
            "Column \(column) is no timestamp. Give seconds since 1970, or RFC 3339 with a time zone."
        case .timestampBefore1970(let column):
            "Column \(column) lies before 1970. Give seconds since 1970, or leave it empty."
        case .timestampTooLate(let column):
            "Column \(column) lies in the future. Give seconds since 1970."
        case .notANumber(let column):
            "Column \(column) is no number. Write it like 4.5, or leave it empty."
        case .notAPlace(let column):
            "Column \(column) is no place in an order. Write a whole number like 12, or leave it empty."
        case .notABoolean(let column):
            "Column \(column) is neither true nor false. Write true or false, or leave it empty."
        }
    }
}
