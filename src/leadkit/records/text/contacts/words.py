"""The words that stand beside phone numbers and addresses, in lower case."""

from __future__ import annotations

PHONE_LABELS = (
    *("手机号码", "手机号", "手机", "电话号码", "电话", "座机", "固话", "固定电话", "联系方式", "联系电话", "办公电话"),
    *("移动电话", "號碼", "手機", "電話", "号码", "tel", "telephone", "phone", "mobile", "mob", "cell", "cellphone"),
    *("mobil", "telefon", "handy", "тел", "телефон", "whatsapp", "wechat", "微信", "微信号", "p", "m", "t", "h", "o"),
)
"""What says only that a number follows. It is no note."""

OTHER_NUMBERS = (
    *("传真号码", "传真", "傳真", "fax", "telefax", "f", "qq号", "qq", "邮编", "邮政编码", "zip", "postcode", "plz"),
    *("身份证", "身份证号", "工号", "税号", "编号", "id", "订单号", "银行卡", "卡号"),
)
"""What says that the number behind it is none to call."""

MAIL_LABELS = (
    *("电子邮箱", "电子邮件", "邮箱地址", "邮箱", "邮件", "郵箱", "email", "e-mail", "mail", "mailto", "邮"),
)

HEADERS = (
    *("bcc", "cc", "to", "from", "subject", "reply-to", "sender", "content-type", "content-transfer-encoding"),
    *("mime-version", "return-path"),
)
"""What begins a line that a mail program would read as a command; a cell with one is no address."""

JOINERS = ("或者", "或", "和", "及", "以及", "or", "and", "und", "et", "oder")
"""What stands between two numbers or two addresses."""
