"""The words right beside a sum of money: how exact it is, and what a number counts that is no money."""

from __future__ import annotations

AT_MOST_BEFORE = (
    r"(?:can't|cannot|can not|won't|don't|must not|not) (?:[a-z]+ ){0,4}(?:above|over|beyond|more than)"
    r"|能[到达]|(?:stretch|extend(?:ed)?|go) to|不(?:要|能|得|可|应|会|允许)?(?:超过|超出|超|高于|大于|多于)"
    r"|上看|[别勿]超过?|(?:没有?|未)超过?"
    r"|最多|最高|最大|至多|顶多|顶天"
    r"|撑死|充其量|上限|封顶|限额|(?:最高)?限价"
    r"|(?<!不)(?:低于|少于|小于|不到|不足)|控制[在到]|压到|(?:提高|提|加|放宽|追加|增加|升|涨)[到至]|可[到达]"
    r"|(?:可以?|能|愿意)(?:出|给|加|接受)到"
    r"|(?:the )?(?:max(?:imum)?|most|highest)(?: (?:we|i|they|he|she|you)(?:'d|'ll)?)(?: [a-z]+){1,3} is"
    r"|up to an? (?:absolute )?max(?:imum)? of|max(?:imum)?\.? (?:spend(?:ing)?|price|cost|investment)|up to"
    r"|at (?:the )?most"
    r"|(?<!not )(?<!no )(?:less|lower|fewer) than|(?<!not )(?<!no )below|under|(?:no|not|never) (?:more|higher"
    r"|greater) than"
    r"|max(?:imum|imal)?\.?|(?:not|never|without|can't|cannot|don't) (?:to )?exceed(?:ing)?|mustn't exceed"
    r"|cap(?:ped)?(?: \w+)?(?: at| of| is)|cap|ceiling(?: of| is)?|limit(?:ed to| of| is)|within|<=|<|≤"
    r"|(?:price|upper|budget) limit|bis(?: zu)?|höchstens|unter|(?:nicht|maximal) mehr als|weniger als|jusqu'à"
    r"|au plus|au maximum|pas plus de"
    r"|moins de|最大"
)
AT_LEAST_BEFORE = (
    r"不(?:要|能|得|会)?(?:低于|少于|小于)|最少|最低|最小|至少|起码|下限|起步价?|(?<![不没未有])(?:超过|超|高于"
    r"|大于|多于)"
    r"|at (?:the )?least|(?<!not )(?<!no )(?:more|higher|greater) than|(?<!not )over|(?<!not )above|(?:no"
    r"|not) (?:less|lower) than"
    r"|min(?:imum|imal|destens)?\.?|starting (?:at|from)|from|upwards? of|north of|in excess of|>=|>|≥"
    r"|mindestens|wenigstens|(?<!nicht )mehr als|über|ab|nicht (?:weniger|unter) als|au moins|plus de|à partir de"
)
ABOUT_BEFORE = (
    r"大约|约莫|大致|大概|差不多|估计|约|(?:将|接)?近|小|about|around|approximately|approx\.?|roughly|circa"
    r"|ca\.?|some|~|≈|±"
    r"|ballpark(?: of)?"
    r"|nearly|almost|close to|etwa|ungefähr|rund|zirka|cirka|in der größenordnung von|environ|autour de|à peu près"
    r"|près de|おおよそ|およそ|凡そ"
)
AT_MOST_AFTER = (
    r"都不到|以内|之内|里[面头]|以下|之下|内|封顶|为限|不到|顶天|为上限|を上限|(?:是|为|当|就是)?上限|撑死|未満|まで"
    r"|or (?:less|below"
    r"|under|lower)|at (?:the )?most"
    r"|and (?:below|under)"
    r"|(?:would be |is |as )(?:the |our |my |an? )?(?:absolute |upper |hard )?(?:max(?:imum)?|limit|ceiling"
    r"|cap)(?![a-z])"
    r"|max(?:imum)?(?![a-z])|tops|maximal|höchstens|au maximum|maximum|nicht (?:überschreiten|übersteigen)"
)
AT_LEAST_AFTER = (
    r"~(?!\s?[\d$€£¥一二三四五六七八九十两几a-z])|以上|之上|起步|起(?!码)|往上|打底|保底|から|or (?:more|above"
    r"|higher)|and (?:up|above|over|more)|at least"
    r"|plus(?![a-z]"
    r"| (?:vat|tax|shipping|freight|\d))|min(?:imum)?(?![a-z])|upwards?"
    r"|\+(?!\s?[\d/]|[一-鿿]{1,6}\s?\d)|mindestens"
)
ABOUT_AFTER = (
    r"\s?\(?(?:±|\+/-)|左右|上下|前后|出头|多|程度|くらい|ぐらい|ほど|前后|or so|-?ish|give or take"
    r"|(?:more )?or less|ballpark"
    r"|roughly|approximately|approx"
)

_COUNTERS = (
    "台个套件号辆家户次条张只支双把片枚粒颗瓶盒箱包袋罐桶头匹羽棵株亩位名页点轴层栋座间室楼弄幢排路核岁倍种寸"
    "篇字吨斤克米度级期步转锭瓦伏安帕牛焦赫卡秒分时部款组批份根块枝艘架门户单笔场家所处村届股股轮回遍遭趟车"
    "班人工"
)
_CHINESE_COUNTED = (
    rf"(?:[{_COUNTERS}]|升(?!级)|多?[台套个件人](?!民)|[万亿]|用户|客户|员工|职工|店铺?|公斤|公里|平方|平米|平"
    rf"|小时|分钟|季度|天|像素|粉丝|会员|年(?![底内度初末中前])"
    r"|月(?![底内初中])|个月|日(?!前|元|圆|币|本)|周(?!期)|星期|礼拜|厘米|毫米|微米|千瓦|千克|马力|兆|社)"
)
_NEXT_FIELD = (
    r"[一-鿿]{1,6}\s?[:=]|时[间限]|工期|工厂|部门|地[点址]|个[人体]|名[称字]|人[数员均]|位[置于]|台[湾州账]"
    r"|单[位独]|家[具电]|场地"
    r"|天津|日期|份额|组织|处理|所[属在]|分期|级别|班组|件数|套数|张[家先]|条件|月底|日本|周[期一-五]|户型|股份"
    r"|根据|面[积议]|门店"
)
"""Words that begin as a counter does; behind a blank they are the next entry of a form."""
COUNTED = (
    rf"{_CHINESE_COUNTED}|\s(?!{_NEXT_FIELD}){_CHINESE_COUNTED}"
    r"|\s?(?:%|‰|°"
    r"|(?:users?|people|persons?|employees|workers|staff|headcount|units?|pcs|pieces|sets?|parts|bottles|boxes"
    r"|bags|packs?|months?|weeks?|days?|years?|hours?|hrs?|minutes|mins?|seconds|seats?"
    r"|licen[cs]es|customers|clients|leads|visitors|records|rows|devices|machines|robots|lines|members|times|items"
    r"|skus?|percent|per ?cent|kg|kgs|km|kms|gb|mb|tb|kw|kwh|mw|hp|kn|nm|cm|mm|m2|m3|sqm|sq|ft|feet|inch(?:es)?"
    r"|metres?|meters?"
    r"|t/h|tons?|tonnes?|litres?|liters?|rpm|hz|khz|mhz|bar|psi|volts?|watts?|amps?|dpi|fps|cycles|cartons|pallets"
    r"|orders|downloads|followers|stück|mitarbeitern?|personen|jahren?|monaten?|tagen?|wochen?|stunden"
    r"|quadratmeter|qm|meter"
    r"|employés|salariés|personnes|mois|jours|ans|pièces)(?![a-z]))"
)
"""What may follow a number that is no sum: a thing that is counted or measured."""

GLUED = r"[a-z_#°]"
"""A letter right behind a number: a model, or a unit."""

CHINESE_AFTER_MONEY = (
    r"[\d两三一二的左上以之内下起封元最小大低高超约预吧呢吗啊哦够足能可就是也都到至不已做买采购搞拿打含税未差"
    r"出往顶刚多少为行没有要想请希和与及试了啦哈呗嘛哟或加外另但全总共合投用给付先后年月の程か以で、を]"
    r"|升级|改造|建(?![筑材])|换(?!热)|装(?![置备机])|解决|更[新换]|启动|闲钱|现金|额度|经费|资金"
)
AFTER_MONEY = (
    r"\s?(?:$|[^\w\s]|(?<=\s)[一-鿿]{2,6}\s?[:=]"
    rf"|{CHINESE_AFTER_MONEY}|(?:mark|enough|sufficient|ok|okay|fine"
    r"|work|possible|maybe|then|please|now|only|has|have|d'|to|for|is|are"
    r"|was|in|on|at|this|next|by|max|maximum|or|and|as|if|but|total|all|overall|budget|available"
    r"|would|should|will|we|they|he|she|it|per|each|plus|a|from|including|includes?|incl|excl|excluding|until"
    r"|before|after|with|range|project|investment|ballpark|approved|allocated|spend|capex|tops|min|minimum|around"
    r"|about|so|though|than|zur|für|und|im|in|bis|oder|pour|et|ou|max|maximal|netto|brutto|net|gross|ex|ht|ttc"
    r"|deposit|upfront|down|revenue|turnover|capital)(?![a-z])"
    r"|[\u3040-\u30ff])"
)
"""What may follow a sum without a currency; an unknown noun may be what is counted."""

FILLING = (
    r"(?:[\s:=,()\[\]-]|能|可以|出|花|付|拿得?|接受|预算|予算|budget|price|价格|费用|为|是|在|有|到|至|给|就"
    r"|也|都|会|只|仅|的|了|吧|the|is|are"
    r"|of|at|to|von|de|は|で|が|を)"
)
"""What stands between a word and its sum."""

ADDRESS_MARK = r"@|://|www\.|\.(?:com|cn|net|org|io|de|fr|jp|co|eu|info|biz)(?![a-z])"
ADDRESS = (
    r"(?:https?://|www\.)[!-~]+|[\w.+-]{1,64}@[\w.-]+"
    r"|(?<![a-z\d.-])[a-z\d-]{1,63}(?:\.[a-z\d-]{1,63}){0,4}\.(?:com|cn|net|org|io|de|fr|jp|co|eu|info"
    r"|biz)(?![a-z])(?:/[!-~]*)?"
)
"""Addresses of mail and of the web, and what every one of them holds."""

_YEAR = r"(?<![\d$€£¥.,-])(?:19|20)\d\d"
NEVER_DIGITS = (
    rf"{_YEAR}\s?[-/.年]\s?(?:1[0-2]|0?[1-9])月?\s?[-~至到]\s?(?:19|20)\d\d\s?[-/.年]\s?(?:1[0-2]|0?[1-9])(?!\d)月?",
    (
        rf"{_YEAR}\s?[-/.年]\s?(?:1[0-2]"
        rf"|0?[1-9])(?:\s?[-/.月]\s?[0-3]?\d日?号?)?(?![\d万亿千百kw%元])(?!\s?[-~至到]\s?\d)"
    ),
    (
        rf"{_YEAR}\s?[-~/至到]\s?(?:(?:19|20)\d\d|[2-9]\d)(?![\d万亿千百kw元]|\s?(?:元|人|名|usd|eur|[$€]|empl"
        rf"|people|staff|mitarb))"
    ),
    rf"{_YEAR}\s?年?\s?[qh][1-4](?!\d)",
    r"(?<!\d)[0-3]?\d[./][01]?\d[./](?:19|20)?\d\d(?!\d)",
    r"(?<!\d)[0-3]?\d\.[01]?\d\.(?!\d)",
    r"(?<!\d)\d{1,2}:\d\d(?!\d)",
    r"(?<![\d.])\d{1,4}/\d{1,4}(?![\d.,])",
    r"(?<!\d)0\d{2,3}\)?[- ]?\d{7,8}(?:-\d{1,5})?(?!\d)",
    r"(?<!\d)(?<!\d-)1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?![\d万元亿]|\.\d|\s?(?:元|usd|rmb|cny))",
    r"(?<!\d)(?<!\d-)[48]00-?\d{3}-?\d{4}(?!\d)",
    r"(?<!\d)\d{1,5}[a-z]{1,4}\d[\w-]{0,20}",
)
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)"
)
NEVER_LETTERS = (
    r"(?:zip(?: code)?|postcode|plz|qq号?|tel|fax|no\.|nr\.|room|suite)\s?[:.]?\s?[+\d][\w()+.-]{0,30}",
    rf"{_MONTH}\.? (?:[0-3]?\d(?:st|nd|rd|th)?,? )?(?:19|20)\d\d(?!\d)",
    rf"(?!may \d|mar \d){_MONTH}\.? [0-3]?\d(?:st|nd|rd|th)?(?![\d.,万]|\s?[km](?![a-z]))",
)
NEVER_OTHER = (
    (
        r"(?:邮编|邮政编码|微信号?|电话|手机号?|联系方式|传真|编号|单号|型号|合同号|货号"
        r"|料号)\s?[:.]?\s?[+\da-z][\w()+.-]{0,30}(?![\d万])"
    ),
    r"#\s?\d+|\+\d[\d ()-]{7,16}\d",
    r"\(0\d{2,3}\)[- ]?\d{7,8}(?:-\d{1,5})?(?!\d)",
    r"百分之[\d零一二两三四五六七八九十百点]{1,10}",
    r"第\s?[\d一二三四五六七八九十]{1,6}",
)
"""What has digits but is never a sum, by what it begins with: dates, phone numbers, numbers of things, shares."""
