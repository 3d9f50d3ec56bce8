"""The words that company names are made of, in simplified characters and lower case."""

from __future__ import annotations

PROVINCES = (
    *("河北", "山西", "辽宁", "吉林", "黑龙江", "江苏", "浙江", "安徽", "福建", "江西", "山东", "河南", "湖北"),
    *("湖南", "广东", "海南", "四川", "贵州", "云南", "陕西", "甘肃", "青海", "台湾", "内蒙古", "广西", "西藏"),
    *("宁夏", "新疆"),
)
CITIES = (
    *("北京", "上海", "天津", "重庆", "香港", "澳门", "石家庄", "太原", "沈阳", "大连", "长春", "哈尔滨", "南京"),
    *("苏州", "无锡", "常州", "南通", "徐州", "扬州", "昆山", "杭州", "宁波", "温州", "嘉兴", "绍兴", "金华", "义乌"),
    *("台州", "合肥", "芜湖", "福州", "厦门", "泉州", "南昌", "赣州", "济南", "青岛", "烟台", "潍坊", "临沂", "淄博"),
    *("威海", "郑州", "洛阳", "武汉", "宜昌", "长沙", "株洲", "广州", "深圳", "珠海", "佛山", "东莞", "中山", "惠州"),
    *("汕头", "江门", "南宁", "桂林", "柳州", "海口", "三亚", "成都", "绵阳", "贵阳", "昆明", "拉萨", "西安", "咸阳"),
    *("兰州", "西宁", "银川", "乌鲁木齐", "呼和浩特", "包头", "唐山", "保定", "廊坊", "秦皇岛", "台北", "高雄"),
    *("镇江", "盐城", "淮安", "连云港", "宿迁", "泰州", "常熟", "张家港", "江阴", "太仓", "湖州", "衢州", "丽水"),
    *("舟山", "慈溪", "余姚", "蚌埠", "马鞍山", "安庆", "滁州", "阜阳", "漳州", "莆田", "九江", "上饶", "景德镇"),
    *("东营", "济宁", "泰安", "聊城", "滨州", "菏泽", "枣庄", "开封", "安阳", "南阳", "许昌", "商丘", "襄阳", "十堰"),
    *("荆州", "岳阳", "衡阳", "湘潭", "郴州", "湛江", "茂名", "肇庆", "揭阳", "清远", "韶关", "遵义", "曲靖", "宝鸡"),
    *("鞍山", "抚顺", "锦州", "齐齐哈尔", "牡丹江", "邯郸", "邢台", "沧州", "张家口", "新竹", "台中", "台南"),
)
LATIN_PLACES = {
    "beijing": "北京",
    "shanghai": "上海",
    "tianjin": "天津",
    "chongqing": "重庆",
    "guangzhou": "广州",
    "shenzhen": "深圳",
    "hangzhou": "杭州",
    "suzhou": "苏州",
    "nanjing": "南京",
    "wuhan": "武汉",
    "chengdu": "成都",
    "qingdao": "青岛",
    "dalian": "大连",
    "ningbo": "宁波",
    "xiamen": "厦门",
    "xian": "西安",
    "hong kong": "香港",
    "hongkong": "香港",
    "guangdong": "广东",
    "jiangsu": "江苏",
    "zhejiang": "浙江",
    "taiwan": "台湾",
    "macau": "澳门",
}
COUNTRIES = {"中国": "中国", "china": "中国", "prc": "中国"}
"""Places only where they stand in parentheses: 中国 at the front is a part of the name."""

ASIAN_FORMS = (
    *("有限公司", "有限责任公司", "股份有限公司", "股份公司", "总公司", "分公司", "公司", "有限合伙", "普通合伙"),
    *("合伙企业", "特殊普通合伙", "个人独资企业", "个体工商户", "集团", "集团公司", "集团有限公司"),
    *("集团有限责任公司", "集团股份有限公司", "控股", "控股公司", "控股有限公司", "控股有限责任公司"),
    *("控股股份有限公司", "控股集团", "控股集团有限公司", "控股集团公司", "控股集团股份有限公司", "集团控股"),
    *("集团控股有限公司", "集团控股股份有限公司", "株式会社", "(株)", "有限会社", "(有)", "合同会社", "(同)"),
    *("合资会社", "合名会社", "주식회사", "(주)", "유한회사", "(유)"),
)
"""A group and its holding are one customer, so their words are no part of a name."""
ASIAN_FORMS_IN_FRONT = (
    *("株式会社", "(株)", "有限会社", "(有)", "合同会社", "(同)", "合资会社", "合名会社", "주식회사", "(주)"),
    *("유한회사", "(유)"),
)
ASIAN_FORMS_IN_BRACKETS = ("集团", "控股", "普通合伙", "特殊普通合伙", "有限合伙", "个体工商户", "个人独资企业")

LATIN_FORMS = (
    *("co ltd", "co limited", "company limited", "company ltd", "limited", "ltd", "ltda", "lda", "ltee", "pty ltd"),
    *("pty limited", "pte ltd", "pte limited", "pvt ltd", "pvt limited", "private limited", "sdn bhd"),
    *("bhd", "tbk", "inc", "incorporated", "corp", "corporation", "company", "& co", "co", "l.l.c", "l.l.p", "lp"),
    *("p.l.c", "pllc", "gmbh", "ggmbh", "mbh", "gmbh & co kg", "gmbh & co kgaa", "gmbh & co ohg", "gmbh & co"),
    *("gmbh co kg", "ag & co kg", "ag & co kgaa", "se & co kg", "se & co kgaa", "ug & co kg", "& co kg", "kgaa"),
    *("ohg", "gbr", "ug", "ug (haftungsbeschraenkt)", "ag", "kg", "se", "e.k", "e.kfm", "e.kfr", "eg", "s.a", "s/a"),
    *("s.a.s", "sasu", "s.a.r.l", "eurl", "s.n.c", "s.r.l", "srls", "s.p.a", "s.l", "s.l.u", "s.a.u", "s.a de c.v"),
    *("s.a.p.i de c.v", "s de r.l de c.v", "eireli", "b.v", "n.v", "b.v.b.a", "v.o.f", "ab", "oy", "oyj", "a.s"),
    *(
        "a/s",
        "asa",
        "aps",
        "oue",
        "k.k",
        "kabushiki kaisha",
        "godo kaisha",
        "yugen kaisha",
        "sp z o.o",
        "spolka z o.o",
        "sp k",
        "sp j",
        "s.r.o",
        "spol s r.o",
        "d.o.o",
    ),
    *("d.d", "kft", "zrt", "nyrt", "e.o.o.d", "o.o.d", "ltd sti", "limited sirketi", "ltd sirketi", "anonim sirketi"),
    *("sti", "san ve tic", "san tic", "sanayi ve ticaret", "fze", "fzco", "fz llc", "fz-llc", "dmcc", "w.l.l"),
    *("s.a.l", "s.a.e", "jsc", "ojsc", "pjsc", "cjsc", "ooo", "oao", "zao", "pao", "tov", "uab", "sia", "pt", "cv"),
    *("ооо", "оао", "зао", "пао", "ао", "ип", "тоо", "тов", "чп", "одо", "cong ty tnhh", "cong ty co phan"),
    *("cong ty cp", "firma", "group", "group holding", "group holdings", "group of companies", "holding", "holdings"),
    *("holding group", "gruppe", "groupe", "grupo", "gruppo"),
)
"""Each `.` may be left out, and a blank may be any dots, commas and blanks."""
LATIN_FORMS_IN_FRONT = (
    *("PT", "CV", "OOO", "OAO", "ZAO", "PAO", "TOV", "UAB", "JSC", "OJSC", "PJSC", "CJSC", "SARL", "S.A.R.L.", "SAS"),
    *("S.A.S.", "EURL", "S.A.", "S.R.L.", "S.L.", "ООО", "ОАО", "ЗАО", "ПАО", "АО", "ИП", "ТОО", "ТОВ", "ЧП", "ОДО"),
    *("Công ty TNHH", "Công ty Cổ phần", "Công ty CP", "CÔNG TY TNHH", "CÔNG TY CỔ PHẦN", "CÔNG TY CP"),
    *("Cong ty TNHH", "Cong ty Co phan", "Firma", "Fa."),
)
"""Written so; in other case they are words: SAS Dupont, but Too Faced."""
LATIN_WORDS_IN_FRONT = ("the", "groupe", "grupo", "gruppo")
QUOTED_FORMS_IN_FRONT = {"TOO": "тоо", "SIA": "sia", "AO": "ао", "AS": "a.s", "SA": "s.a"}
"""Forms only where a quotation mark follows, for they begin names too (AO Smith, SIA Engineering)."""

COMMON_AFTER_PLACE = {"市": "政场民值集容", "省": "心钱事时"}
"""Where one of these follows, 市 and 省 don't belong to the place: 北京市政工程, 广东省心科技."""

GENERIC = (
    *("科技", "实业", "贸易", "技术", "信息", "网络", "电子", "商贸", "工贸", "商务", "工业", "制造", "发展", "投资"),
    *("控股", "咨询", "服务", "管理", "企业", "文化", "传媒", "广告", "软件", "系统", "工程", "建设", "设备", "机械"),
    *("国际", "进出口", "智能", "数据", "数码", "电子商务", "物流", "资产", "有限", "股份", "集团", "公司"),
)
LATIN_GENERIC = (
    *("technology", "technologies", "tech", "trading", "industrial", "industry", "industries", "information"),
    *("network", "international", "consulting", "services", "service", "solutions", "systems", "software", "holding"),
    *("holdings", "the", "and", "import", "export", "development", "investment", "management", "group", "company"),
)
