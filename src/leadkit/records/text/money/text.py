"""The form of a text in which sums of money are searched."""

from __future__ import annotations

import re
from functools import cached_property

from attrs import define, setters

from leadkit.records.text.characters import fold
from leadkit.records.text.money.sum_words import ADDRESS, ADDRESS_MARK
from leadkit.records.text.patterns import Later

_EUROPEAN_WORDS = Later(
    r"(?<![a-z])(?:preis|wir|für|und|der|das|ist|bis|höchstens|ca|etwa|maximal|zwischen|rund|kosten|pour|nous|est"
    r"|para|presupuesto|circa|per il|orçamento|mitarbeit\w+|beschäftigte|bütçe|budżet)(?![a-z])|€|euro"
    r"|(?<![a-z])(?:eur|chf|dkk|pln|czk|sek|nok|brl)(?![a-z])"
)
_POWER = Later(r"功率|激光|瓦|电机|马达|光纤|充电|逆变|laser|led|motor|power|watt|spindle|主轴|伺服")
_KANA = Later("[\u3040-\u30ff]|予算|円|株式会社|有限会社")


@define(on_setattr=setters.frozen)
class Plain:
    """A text in the form that is searched: folded, in lower case and simplified characters, as long as `folded`."""

    folded: str
    text: str

    @property
    def may_hold_a_sum(self) -> bool:
        """Whether there is a digit or a word for a number at all."""
        return bool(_MAY_HOLD_A_SUM.search(self.text))

    @cached_property
    def european(self) -> bool:
        """Whether its words are of a language that groups digits by dots."""
        return bool(_EUROPEAN_WORDS.search(self.text))

    @cached_property
    def speaks_of_power(self) -> bool:
        """Whether a number with w may be one of watts."""
        return bool(_POWER.search(self.text))

    @cached_property
    def japanese(self) -> bool:
        """Whether it has kana."""
        return bool(_KANA.search(self.text))


FORMS = str.maketrans(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÜÉÈÀ’‘–—―〜−‐‑萬億圓預幣臺資註冊營業額價報單總計費產們對競爭個貴錢點兩幾餘來會設備"
    "訂質證獎補貼節損歐韓鎊約內過開間"
    "張條輛機從範圍錯給萬壹貳參陸號經購買採為達賣銷財務財銀現組團員數實繳認頂撐貨運裝訓維護稅壓億後無沒還該應"
    "說講闆請問這樣邊發電話聯絡線廠負責詢觀場時長東豐導規劃進階級別塊雙據檔車較優與輪縮減漲調儲換舊選擇類處區縣國際並尋檢測輸續歲權聲專戶頭寫讓誰辦寬雜華統項題壞動態雲係僅衝繼幫絕顧萊準確見識鍵齊圖舉標籤靈顯視層盤審領轉網關閉門聽試濾熱鍋爐爾飛製錄屬殺龍飯館鮮魚麵櫃載軟體",
    "abcdefghijklmnopqrstuvwxyzäöüéèà''---~---万亿圆预币台资注册营业额价报单总计费产们对竞争个贵钱点两几余来会设备"
    "订质证奖补贴节损欧韩镑约内过开间"
    "张条辆机从范围错给万壹贰叁陆号经购买采为达卖销财务财银现组团员数实缴认顶撑货运装训维护税压亿后无没还该应"
    "说讲板请问这样边发电话联络线厂负责询观场时长东丰导规划进阶级别块双据档车较优与轮缩减涨调储换旧选择类处区县国际并寻检测输续岁权声专户头写让谁办宽杂华统项题坏动态云系仅冲继帮绝顾莱准确见识键齐图举标签灵显视层盘审领转网关闭门听试滤热锅炉尔飞制录属杀龙饭馆鲜鱼面柜载软体",
)
_CHINESE_COMMA = re.compile(r"，(?!\d{3}(?!\d))|[①-⑳⑴-⒇❶-❿]")
_BRACKETED = Later(
    r"[(\[【〔]\d[\d.,~\- 至到]{0,24}[)\]】〕](?=\s?[百千]?(?:[万亿]元|元|[万亿kw](?:$|[^\w]|[以左上之内人美欧])))"
)
_BRACKET = Later(r"[)\]】〕]\s?[万亿千百kw元]")
_ADDRESS = Later(ADDRESS)
_ADDRESS_MARK = Later(ADDRESS_MARK)
_MAY_HOLD_A_SUM = Later(r"[\d一二两三四五六七八九十百千万壹贰叁肆伍陆柒捌玖拾]|million|milli|figure|thousand|亿|grand")


def plain(text: str) -> Plain:
    """`text` ready to be searched. A full-width comma never groups digits, and ① is none: semicolons."""
    folded = fold(text if text.isascii() else _CHINESE_COMMA.sub("；", text))
    form = folded.lower() if folded.isascii() else folded.translate(FORMS)
    if _BRACKET.search(form):
        form = _BRACKETED.sub(_unbracketed, form)
    return Plain(folded, _ADDRESS.sub(_blank, form) if _ADDRESS_MARK.search(form) else form)


def _unbracketed(match: re.Match[str]) -> str:
    return f" {match[0][1:-1]} "


def _blank(match: re.Match[str]) -> str:
    return "_" * len(match[0])
