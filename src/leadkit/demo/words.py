"""The words that the sample sheets are made of; every person, company and number put together from them is invented."""

from __future__ import annotations

from datetime import date

LEAD_HEADS = (
    "序号", "线索来源", "企业名称", "行业", "企业规模", "联系人", "职位",
    "电话", "邮箱", "初步需求描述", "来源标签", "录入人", "录入时间",
)  # fmt: skip
FOLLOW_UP_HEADS = ("线索ID", "跟进时间", "跟进方式", "跟进内容", "客户反馈", "下次跟进计划", "跟进人")
TEMPLATE_LEADS = (
    (
        1, "官网-产品咨询", "科技有限公司", "智能制造", "中型", None, "采购经理",
        "138", "zhangxx", "采购型号设备,预算50-80万,Q3落地", "官网", None, date(2023, 8, 1),
    ),
    (
        2, "展会-2023年工博会", "YY实业集团", "新能源", "大型", None, "总工程师",
        "1395678", "wangyy", "知晓智能生产线解决方案,需定制化", "展会", "赵六", date(2023, 8, 3),
    ),
)  # fmt: skip
TEMPLATE_FOLLOW_UPS = (
    (
        1001, date(2023, 8, 5), "邮件", "发送《设备产品手册》及成功案例",
        '已收到,对案例中"降低能耗30%"感兴趣', "8月10日电话沟通具体需求细节", None,
    ),
    (
        1001, date(2023, 8, 10), "电话", "询问设备采购核心痛点与预算范围",
        "需求为提升生产效率,预算可提至90万", "8月15日邀请参加线上产品演示", None,
    ),
)  # fmt: skip

# Companies

PLACES = {
    "苏州": "suzhou", "天津": "tianjin", "佛山": "foshan", "青岛": "qingdao", "成都": "chengdu", "宁波": "ningbo",
    "东莞": "dongguan", "合肥": "hefei", "上海": "shanghai", "长沙": "changsha", "无锡": "wuxi", "西安": "xian",
    "广州": "guangzhou", "济南": "jinan", "常州": "changzhou", "武汉": "wuhan", "杭州": "hangzhou", "沈阳": "shenyang",
    "深圳": "shenzhen", "南通": "nantong", "重庆": "chongqing", "烟台": "yantai", "嘉兴": "jiaxing", "滁州": "chuzhou",
    "北京": "beijing", "中山": "zhongshan", "绍兴": "shaoxing", "厦门": "xiamen", "芜湖": "wuhu", "大连": "dalian",
    "南京": "nanjing", "惠州": "huizhou", "温州": "wenzhou", "潍坊": "weifang", "昆山": "kunshan", "福州": "fuzhou",
    "泰州": "taizhou", "珠海": "zhuhai", "扬州": "yangzhou", "株洲": "zhuzhou", "洛阳": "luoyang", "金华": "jinhua",
    "襄阳": "xiangyang", "南昌": "nanchang", "镇江": "zhenjiang", "太仓": "taicang", "徐州": "xuzhou", "湖州": "huzhou",
}  # fmt: skip
CORE_STARTS = {
    "启": "qi", "骏": "jun", "澜": "lan", "翊": "yi", "铭": "ming", "泽": "ze", "瀚": "han", "璟": "jing",
    "峻": "jun", "衡": "heng", "朔": "shuo", "钧": "jun", "睿": "rui", "铂": "bo", "翎": "ling", "晟": "sheng",
    "曜": "yao", "禾": "he", "皓": "hao", "凌": "ling", "颂": "song", "霁": "ji", "栩": "xu", "弘": "hong",
    "迈": "mai", "沐": "mu", "锦": "jin", "屹": "yi", "誉": "yu", "航": "hang", "岚": "lan", "砚": "yan",
    "旻": "min", "伟": "wei", "佑": "you", "聚": "ju", "恺": "kai", "逸": "yi", "祺": "qi", "征": "zheng",
}  # fmt: skip
CORE_ENDS = {
    "川": "chuan", "砺": "li", "岳": "yue", "辰": "chen", "铎": "duo", "屿": "yu", "霖": "lin", "珩": "heng",
    "岑": "cen", "栎": "li", "泓": "hong", "衍": "yan", "弈": "yi", "陌": "mo", "柘": "zhe", "筠": "yun",
    "嵘": "rong", "汀": "ting", "达": "da", "诺": "nuo", "垣": "yuan", "阔": "kuo", "榕": "rong", "樾": "yue",
    "淞": "song", "溪": "xi", "原": "yuan", "桓": "huan", "拓": "tuo", "麓": "lu", "铠": "kai", "森": "sen",
    "湛": "zhan", "鸣": "ming", "颐": "yi", "擎": "qing", "舟": "zhou", "翰": "han", "祁": "qi", "默": "mo",
}  # fmt: skip
LATIN_STARTS = (
    "Bren", "Hal", "Kest", "Nord", "Vel", "Torr", "Lind", "Marv", "Oster", "Pell", "Quen", "Ros", "Stav", "Trev",
    "Ulm", "Varn", "Wend", "Yarr", "Zell", "Ald", "Brisk", "Cald", "Dorn", "Elm", "Farn", "Grev", "Hest", "Ing",
    "Jarn", "Kord", "Lorr", "Mell", "Nev", "Ort", "Pran", "Rusk",
)  # fmt: skip
LATIN_MIDDLES = ("a", "en", "o", "ir", "e", "al", "um", "i", "or", "an", "u", "el", "ar", "on", "il", "er")
LATIN_ENDS = (
    "dor", "vik", "mar", "tec", "bach", "lund", "pex", "ric", "sen", "tal", "vex", "wick", "zan", "bren", "cor",
    "dale", "fors", "gard", "holt", "kamp", "leth", "mont", "nath", "plan", "quist", "rath", "stel", "thorn", "vald",
    "wen", "brand", "dyne", "flex", "grove", "hurst", "kern",
)  # fmt: skip
INDUSTRIES = {
    "智能制造": (("智能装备", "精密机械", "自动化设备"), ("Automation", "Precision")),
    "新能源": (("新能源科技", "储能技术", "电池材料"), ("Energy", "Battery Systems")),
    "汽车零部件": (("汽车部件", "传动系统", "汽车电子"), ("Auto Parts", "Driveline")),
    "电子": (("电子", "光电科技", "半导体设备"), ("Electronics", "Photonics")),
    "食品": (("食品", "乳业", "调味品"), ("Foods", "Dairy")),
    "医疗器械": (("医疗器械", "生物技术", "医疗科技"), ("Medical", "Diagnostics")),
    "物流": (("物流", "供应链管理", "仓储服务"), ("Logistics", "Supply Chain")),
    "包装印刷": (("包装材料", "印刷包装", "纸业"), ("Packaging", "Print")),
    "化工新材料": (("新材料", "化工", "涂料"), ("Chemicals", "Coatings")),
    "家电": (("电器", "智能家居", "制冷设备"), ("Appliances", "Cooling")),
    "教育": (("教育科技", "职业培训"), ("Education", "Training")),
    "软件服务": (("软件", "信息技术", "数据服务"), ("Software", "Data Services")),
}
FORMS = {
    "cn": ("有限公司", "有限公司", "有限公司", "有限责任公司", "股份有限公司", "集团有限公司"),
    "export": (" Co., Ltd.",),
    "de": (" GmbH", " GmbH", " AG", " GmbH & Co. KG"),
    "us": (" Inc.", " LLC", " Corp."),
}
OTHER_FORMS = {
    "有限公司": "有限责任公司", "有限责任公司": "有限公司", "股份有限公司": "股份公司", "集团有限公司": "集团",
    " Co., Ltd.": " Company Limited", " GmbH": " Gesellschaft mbH", " AG": " Aktiengesellschaft",
    " GmbH & Co. KG": " GmbH u. Co. KG", " Inc.": ", Incorporated", " LLC": ", L.L.C.", " Corp.": " Corporation",
}  # fmt: skip
SIZES = {
    "大型": 12, "中型": 24, "小型": 48, "500人": 2, "约120人": 2, "50-100人": 2, "1200人": 2, "3000余人": 1,
    "约80人": 3, "20-50人": 2, "300-500人": 2,
}  # fmt: skip
TRADITIONAL = str.maketrans(
    "苏岛宁东长无锡广济汉阳庆烟台兴郑绍厦门芜连温潍扬华镇仓启骏澜铭泽钧铂颂霁迈锦誉岚砚伟恺征砺岳铎屿栎嵘达诺"
    "阔铠鸣颐装备机动设储术电车传统导体业调医疗应链务纸涂职训软数据责团",
    "蘇島寧東長無錫廣濟漢陽慶煙臺興鄭紹廈門蕪連溫濰揚華鎮倉啓駿瀾銘澤鈞鉑頌霽邁錦譽嵐硯偉愷徵礪嶽鐸嶼櫟嶸達諾"
    "闊鎧鳴頤裝備機動設儲術電車傳統導體業調醫療應鏈務紙塗職訓軟數據責團",
)
FULL_WIDTH = {ord(" "): 0x3000} | {code: code + 0xFEE0 for code in range(0x21, 0x7F)}

# People

SURNAMES = {
    "张": "zhang", "王": "wang", "李": "li", "赵": "zhao", "刘": "liu", "陈": "chen", "杨": "yang", "黄": "huang",
    "周": "zhou", "吴": "wu", "徐": "xu", "孙": "sun", "朱": "zhu", "马": "ma", "胡": "hu", "郭": "guo", "林": "lin",
    "何": "he", "高": "gao", "罗": "luo", "郑": "zheng", "梁": "liang", "谢": "xie", "宋": "song", "唐": "tang",
    "欧阳": "ouyang",
}  # fmt: skip
GIVEN_NAMES = {
    "伟": "wei", "敏": "min", "建国": "jianguo", "丽华": "lihua", "志强": "zhiqiang", "晓燕": "xiaoyan", "磊": "lei",
    "文博": "wenbo", "海涛": "haitao", "雪梅": "xuemei", "俊杰": "junjie", "思远": "siyuan", "国栋": "guodong",
    "佳怡": "jiayi", "明": "ming", "春生": "chunsheng", "秀英": "xiuying", "鹏飞": "pengfei", "静": "jing",
    "一鸣": "yiming", "凯": "kai", "立新": "lixin", "玉兰": "yulan", "浩然": "haoran", "欣": "xin", "光明": "guangming",
}  # fmt: skip
FIRST_NAMES = {
    "Anna": "anna", "Jürgen": "juergen", "Thomas": "thomas", "Maria": "maria", "Stefan": "stefan", "Karin": "karin",
    "Emily": "emily", "Robert": "robert", "Sofía": "sofia", "Daniel": "daniel", "Laura": "laura", "Björn": "bjoern",
    "Michael": "michael", "Grace": "grace", "Peter": "peter", "Chloé": "chloe", "David": "david", "Ingrid": "ingrid",
}  # fmt: skip
LAST_NAMES = {
    "Weber": "weber", "Schäfer": "schaefer", "Miller": "miller", "O'Brien": "obrien", "Krüger": "krueger",
    "Hughes": "hughes", "Lehmann": "lehmann", "Garcia": "garcia", "Novak": "novak", "Brandt": "brandt",
    "Carter": "carter", "Larsen": "larsen", "Vogel": "vogel", "Reed": "reed", "Hoffmann": "hoffmann", "Walsh": "walsh",
}  # fmt: skip
TITLES = {
    "decision_maker": (
        ("总经理", "采购总监", "副总裁", "CEO", "董事长", "生产总监", "副总经理"),
        ("CEO", "Managing Director", "Purchasing Director", "Plant Manager", "Head of Procurement"),
    ),
    "influencer": (
        ("采购经理", "总工程师", "设备主管", "生产经理", "工艺工程师", "项目经理", "设备部经理"),
        ("Purchasing Manager", "Production Manager", "Process Engineer", "Project Manager", "Maintenance Supervisor"),
    ),
    "user": (
        ("操作员", "技术员", "采购员", "设备专员", "生产班长", "质检专员", "仓库管理员"),
        ("Buyer", "Machine Operator", "Technician", "Maintenance Technician", "Production Assistant"),
    ),
}
ROLES = {"decision_maker": 18, "influencer": 31, "user": 51}
CLERKS = ("赵六", "陈晓", "刘洋", "孙丽", "何静", None)
REPS = ("李明", "王芳", "周凯", "吴越", "郭婷", "高峰", "马琳")

# Phones: Chinese mobile prefixes and switchboards, then the German and North American numbers kept free for fiction

MOBILE_PREFIXES = (
    "130", "131", "132", "133", "135", "136", "137", "138", "139", "150", "151", "152", "155", "156", "158", "159",
    "176", "177", "180", "182", "185", "186", "187", "188", "189", "191", "198", "199",
)  # fmt: skip
MOBILE_WRITINGS = ("{0}{1}{2}",) * 8 + ("{0} {1} {2}", "{0}-{1}-{2}")
REPEATED_WRITINGS = ("+86 {0} {1} {2}", "{0} {1} {2}", "0086-{0}-{1}-{2}", "+86{0}{1}{2}", "{0}－{1}－{2}")
SWITCHBOARDS = ("021-6", "0512-6", "0755-8", "020-3", "0571-8", "0532-8", "025-5")
GERMAN_SWITCHBOARDS = ("+49 30 23125 ", "+49 69 90009 ", "+49 40 66969 ", "+49 221 4710 ", "+49 89 99998 ")
AMERICAN_AREAS = (
    "212", "312", "415", "617", "206", "303", "404", "512", "602", "702", "713", "214", "305", "313", "216", "412",
    "414", "503", "615", "704",
)  # fmt: skip
MASKED_CONTACTS = (
    ("138****1234", None), ("138", "zhangxx"), ("1395678", "wangyy"), ("138zhangxx", None), ("186****0072", "li@"),
    ("待补", "稍后提供"), ("139xxxx", None),
)  # fmt: skip

# Sources: how the lead came, and its tag

CHANNELS = (
    (
        ("官网-产品咨询", "官网"), ("官网-在线客服", "官网"), ("官网-资料下载", "官网"), ("展会-2023年工博会", "展会"),
        ("展会-2023年上海包装展", "展会"), ("老客户转介绍-设备部推荐", "老客户转介绍"),
        ("老客户转介绍-集团采购推荐", "老客户转介绍、重点客户"), ("线上广告-百度", "线上广告"),
        ("线上广告-行业公众号", "线上广告"), ("合作伙伴-系统集成商", "合作伙伴"), ("合作伙伴-华东代理商", "合作伙伴"),
    ),
    (
        ("Web form", "website"), ("Web form-product enquiry", "website"), ("展会-2023年工博会", "展会"),
        ("Trade show-Hannover Messe", "trade show"), ("Customer referral-plant engineering", "referral"),
        ("Online ads-search", "online ads"), ("Partner-system integrator", "partner"),
    ),
)  # fmt: skip

# Needs

PRODUCTS = (
    (
        "X200型设备", "包装生产线", "智能仓储系统", "六轴机器人工作站", "视觉检测设备", "数控加工中心", "激光切割机",
        "自动灌装线", "AGV小车", "柔性装配线", "输送分拣线", "注塑机", "能耗监测系统",
    ),
    (
        "packaging line", "palletising robot", "vision inspection system", "filling line", "warehouse system",
        "CNC machining centre", "assembly line", "laser cutting machine", "conveyor system",
    ),
)  # fmt: skip
WHEN = (
    (
        "Q3落地", "Q4落地", "年底前上线", "10月底前投产", "11月30日前交付", "3个月内采购", "明年一季度上线",
        "2023年12月前验收",
    ),
    (
        "live in Q4", "live by end of November", "start-up before year end", "delivery by 2023-12-15",
        "purchase in Q1 2024",
    ),
)  # fmt: skip
BUDGETS = (
    (
        "预算{low}-{high}万", "预算{low}-{high}万", "预算{low}万~{high}万", "预算约{high}万元", "预算不超过{high}万",
        "预算{spelt}", "预算{low}w-{high}w", "预算{abroad}万美元",
    ),
    (
        "budget {low}0k-{high}0k", "budget {low}0k-{high}0k CNY", "budget up to USD {abroad}0,000",
        "budget about EUR {abroad}0k", "budget {millions:g} million CNY",
    ),
)  # fmt: skip
SPELT_AMOUNTS = ("三十五万元", "八十万元", "六十五万元", "一百二十万元", "两百万元")
LOW_AMOUNTS = (15, 20, 25, 30, 30, 40, 50, 50, 60, 80, 100, 150, 200)
SPREADS = (5, 10, 10, 20, 30, 30, 50)
NEED_KINDS = {"clear": 36, "undated": 8, "unpriced": 41, "vague": 8, "small": 7}
NEEDS = {
    "clear": (
        (
            "采购{product},{budget},{when}", "采购{product}{pieces}台,{budget},{when}", "计划{when}{product},{budget}",
            "需要{product}，{budget}，{when}。", "{product}改造项目，{budget}；{when}",
        ),
        (
            "purchase {pieces} x {product}, {budget}, {when}", "buy a {product}, {budget}, {when}",
            "replace our {product}; {budget}; {when}",
        ),
    ),
    "undated": (
        ("采购{product},{budget}", "询{product}报价，{budget}，时间待定", "拟新增{product}{pieces}套，{budget}"),
        ("looking for a {product}, {budget}", "quotation for {pieces} x {product}, {budget}, date open"),
    ),
    "unpriced": (
        ("知晓{product},需定制化", "需要{product},{when},预算未定", "希望{when}{product}", "{product}咨询，需现场勘查"),
        (
            "need a {product}, {when}, budget not fixed", "{product} for our new plant, {when}",
            "technical data for a {product}",
        ),
    ),
    "vague": (
        ("了解一下", "随便看看", "先咨询", "先了解一下产品", "暂无明确需求"),
        ("just looking around", "general information please", "only browsing"),
    ),
    "small": (
        ("采购{product}配件,预算5万", "{product}维修备件，预算3万元以内", "想买{product}，预算5万,{when}"),
        ("spare parts for a {product}, budget 30k CNY", "used {product}, budget USD 5,000, {when}"),
    ),
}  # fmt: skip
BLEMISHES = (
    "-需确认交期,{}", "={}", "+备件包;{}", "{}\n请工作时间回电", '{}(客户原话:"尽快")', "“{}”", "{}；详见附件！",
    "- {}\n- 需现场考察",
)  # fmt: skip

# Follow-ups: means, what was done, what the customer said

ORDINARY = (
    (
        "邮件", "邮件", "邮件", "电话", "电话", "电话", "企业微信", "拜访", "官网访问(报价页)", "官网访问(案例页)",
        "下载白皮书",
    ),
    ("e-mail", "e-mail", "e-mail", "call", "call", "call", "web visit", "web visit", "white paper download"),
)  # fmt: skip
EAGER = (
    (
        "邮件", "电话", "电话", "企业微信", "拜访", "官网访问(报价页)", "官网访问(报价页)", "官网访问(案例页)",
        "下载白皮书", "下载案例", "参加网络研讨会",
    ),
    ("e-mail", "call", "call", "web visit", "web visit", "white paper download", "case study download", "webinar"),
)  # fmt: skip
EVENTS = {
    "官网访问(报价页)": ("核心页面: 报价页,停留4分钟", "核心页面: 报价页,两次打开价格表"),
    "官网访问(案例页)": ("核心页面: 案例页,停留6分钟", "核心页面: 案例页,观看视频"),
    "下载白皮书": ("《智能生产线降本白皮书》", "《包装自动化选型白皮书》"),
    "下载案例": ("案例: 食品包装线改造", "案例: 汽车部件柔性装配"),
    "参加网络研讨会": ("研讨会: 产线数字化改造", "研讨会: 设备能耗优化,在线48分钟"),
    "web visit": ("core page: product", "core page: pricing", "core page: case studies"),
    "white paper download": ("white paper: lower energy use on packaging lines",),
    "case study download": ("case study: flexible assembly, automotive parts",),
    "webinar": ("webinar: choosing a palletising robot, 52 minutes attended",),
}
TALKS = {
    "邮件": ("发送《设备产品手册》及成功案例", "发送行业解决方案", "发送报价单初稿,含备件清单", "邀请参加网络研讨会"),
    "电话": ("询问核心痛点与预算范围", "确认技术参数及交期", "回访手册阅读情况", "核实采购流程与决策人"),
    "企业微信": ("发送同行业案例视频", "确认拜访时间", '发送"降低能耗30%"案例节选'),
    "拜访": ("现场勘查产线布局,记录节拍与场地尺寸", "与设备部、采购部座谈,介绍方案"),
    "e-mail": ("sent product catalogue and two success stories", "sent draft quotation", "sent industry overview"),
    "call": ("asked about main problem and budget range", "confirmed technical data and delivery time"),
}
SILENCES = {
    "邮件": (None, None, "无回复"), "电话": ("未接", "未接", "无回复"), "企业微信": (None, "无回复"), "拜访": (None,),
    "e-mail": (None, "no reply"), "call": ("no answer", "not reached"),
}  # fmt: skip
ANSWERS = (
    (
        "客户表示已收到,将转技术部评估", "客户说明预算需总部批复，预计两周", "客户表示预算偏紧,询问能否分期付款",
        "客户希望现场观看同类设备运行", "客户确认由采购总监参与评审", "客户提出交期需提前到10月",
        "客户正在比较两家供应商", "客户要求提供能耗数据", "需求为提升生产效率,预算可上调10%", "客户告知项目推迟",
        "客户对案例中\"节拍缩短20%\"感兴趣",
    ),
    (
        "customer received the documents and passes them to engineering", "customer says the budget is tight",
        "customer asks for a reference visit", "customer says head office decides in October",
        'customer asks what "24 h service" covers', "customer compares two suppliers",
    ),
)  # fmt: skip
PLANS = (
    (
        "{0.month}月{0.day}日邀请参加线上产品演示", "{0.month}月{0.day}日电话沟通具体需求细节",
        "{0.month}月{0.day}日前发送修订报价", "{0.month}月{0.day}日上门拜访", "待客户回复", None,
    ),
    (
        "{0:%Y-%m-%d}: call about technical details", "{0:%Y-%m-%d}: send revised quotation",
        "online demo on {0:%d.%m.%Y}", None,
    ),
)  # fmt: skip

# Dates as people write them

DATE_WRITINGS = (
    "{0.year}/{0.month}/{0.day}", "{0.year}年{0.month}月{0.day}日", "{0:%Y-%m-%d}",
    "{0.year}/{0.month}/{0.day} {0:%H:%M}",
)  # fmt: skip
BROKEN_DATES = ("2023-02-30", "待定", "2023/13/5", "8月中旬")
