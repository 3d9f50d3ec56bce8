"""The words around a number of people, as parts of regular expressions."""

from __future__ import annotations

PEOPLE = (
    r"[\s-]?(?:\+|plus)?\s?(?:多|余|来)?\s?(?:个|名|位|号)?(?:左右|上下)?(?:的|正式|在职|在岗|全职|full[- ]time )?\s?"
    r"\(?(?:人(?!民|次|份|天|月|年|口|均|机|脸|工(?!厂))|员工|职工|雇员|工人|同事|伙伴|employees?|people|persons?"
    r"|staff"
    r"|workers|headcount|fte"
    r"|mitarbeiter(?:innen|n)?|mitarbeitenden?|beschäftigten?|angestellten?|ma(?![a-z])"
    r"|salariés?|employés|personnes|empleados|dipendenti|funcionários|従业员|社员)(?:员工|职工|团队)?"
)
"""What counts people, right behind a number."""

PEOPLE_BEFORE = (
    r"(?:员工(?:总?人?数|规模)?|职工(?:人?数)?|雇员数?|人员(?:规模|数量?)?|团队(?:规模|人数)?|总?人数|公司规模"
    r"|企业规模|规模|従业员数?|社员数"
    r"|(?<![a-z])(?:employees?|headcount|staff|team(?: size)?|workforce|company size|size|mitarbeiter(?:zahl)?"
    r"|effectif|company(?= of)|employs?|employing|beschäftigt))"
    r"(?:\s|:|=|\(|为|有|是|在|达|of|is|are|about|around|over|more than|less than|under|up to|at least|some"
    r"|approximately|约|大约|大概|加起来|一共|总共|将近|近|超过|不到|不足|超|接近|至少|不超过|は|von|ca\.?|rund|etwa"
    r"|über|mit|~)*+$"
)
"""What stands before a number of people that has no word behind it."""

PART = (
    r"研发|技术|销售|业务|生产(?:线|部|人)|工程师|质检|管理|采购部|部门|车间|其中|班组|招聘|招|培训|供|容纳"
    r"|服务|面向|裁|辞退|离职|流失|每[班组天日条]|接待|入住|日均|老板[和加带]|laid off|lay off|fired"
    r"|参加|参观|参会|考察|出席|来访|来了|来|带队|同行|拜访|座谈|现场"
    r"|用户|客户|会员"
    r"|(?<![a-z])(?:of which|including|engineers|r&d|sales|for|train(?:ing)?|seats?|capacity|visit\w*|attend\w*"
    r"|group of|delegation|davon|dont|department|hire|hiring)"
)
"""The number before which one stands is that of some people, not of all."""

NOT_PEOPLE = (
    r"(?:的)?(?:使用|同时|就餐|在线|参加|参观|参会|培训|考察|来访|来|/|次|会议|用餐|操作|一组|一班|轮班|小组"
    r"|团)|(?:左右|上下)?的?(?:销售|研发|技术|生产|售后|服务|项目|采购|工程|设计|质检)(?:团队|部门?|小组|人员)"
    r"|\s?(?:engineers|technicians|operators|developers|designers|welders|drivers)|\s(?:per|a day|visit\w*"
    r"|attend\w*|will"
    r"|came|come|joined|can|at once|in (?:our|the) (?:r&d|sales|team|department))"
)
"""What follows people who are not the company's."""

WHOLE = (
    r"共|全厂|全公司|全集团|集团|公司|企业|我们|我司|工厂|(?<![a-z])(?:total|overall|company|group|altogether"
    r"|worldwide|insgesamt"
    r"|we (?:have|are|employ))"
)
"""What makes it the number of all."""

BARE = (
    r"(?:\s|[:=()~.+]|约|大约|人数|员工|规模|公司|企业|团队|左右|大概|以上|以下|之间|大型|中型|小型|微型"
    r"|employees?|people|staff|size|company|about"
    r"|approx|total|ca|rund|large|medium|small|enterprise)*+"
)
"""What a text may hold beside a number of people that stands alone."""

EXCLUSIVE = (
    r"不到|不足|少于|低于|小于|(?<![a-z])(?:less than|fewer than|under|below|weniger als|unter|moins de)|<(?!=)|未満"
)
"""At most, without the number itself."""

ROUND = (
    r"(?<![\d百千万亿十一二两三四五六七八九几数.])(?P<before>上|近|过|超|超过|不到|将近|接近)?(?P<number>百|千"
    r"|万|十万)(?P<more>[余多来])?(?:名"
    r"|号)?(?:人(?!民|次|份)|员工)(?P<after>以上|以下|以内|之内)?"
)
"""A unit alone: 上千人, 百人以上, 万人企业."""

OF_A_COMPANY = (
    r"员工|职工|雇员|工人|同事|伙伴|従业员|社员|employee|staff|workers|headcount|fte|mitarbeit|beschäftigt"
    r"|angestellt|ma$"
    r"|salari|employ|empleados|dipendenti|funcionários"
)
"""People who are somebody's: 300人 may be pupils or neighbours, 300名员工 are not."""
COMPANY_BEFORE = (
    r"(?:^|有|共计?|员工|职工|雇员|社员|従业员|人员|数量?|人数|规模|公司|企业|集团|[工全]?厂里?|团队|现|目前"
    r"|总[计数部]?|就|是|为"
    r"|达|在[职册岗]|我们|咱们?|我司|全国|全球|国企|民企|央企|外企|上市|[大中小微]型|业|加起来|上下|编制|合计|只"
    r"|才|家|铺"
    r"|店|作坊|老板"
    r"|雇[了佣]?|体量|营收|产值|人以[上下]??"
    r"|(?<![a-z])(?:has|have|had|with|(?:workforce|team|company|staff|total|firm|business) of|employ(?:s|ing)?"
    r"|are|is|team|company|group|total|worldwide|globally|size"
    r"|count|we|now|currently|only|just|firm|business|shop|plant|factory|site|a|an|the|hat|haben|mit|wir|sind"
    r"|unternehmen|firma|betrieb|avec|avons|compte))$"
)
"""What may stand before a number of people, so that they are the company's."""
FILLED = (
    r"(?:\s|[:=(,.~+\-は]|约|大[约概]|差不多|左右|的|将?近|超过?|不到|不足|上|about|around|approx\.?|over|under"
    r"|ca\.?|rund"
    r"|etwa|über|some|nearly|roughly|almost)+$"
)
"""What may stand between both."""
