"""The words beside a date that say what happens then, as parts of regular expressions."""

from __future__ import annotations

_DONE = (
    r"(?:installed|ordered|purchased|bought|delivered|signed|deployed|implemented|launched|commissioned|replaced"
    r"|completed|shipped|supplied)"
)
_OFFICE = r"(?:manager|department|dept|team|director|head|officer|lead|agent|office)"
_ACTS = r"(?:buy|purchas|order|plan|budget|need|invest|consider|proceed|go ahead|move)[a-z]*"
_FEW = r"(?:an?|one|1|two|2|some|the)"
_TRIED = r"(?:samples?|trial|test|demo|pilot|evaluation)[a-z]*"
_HELD = r"(?:contract|agreement|licen[cs]e|subscription|lease|support)"
_NEWS = r" (?:(?:their|our|an?|the|new) )+(?:product|model|brand|series|shop|app)(?![a-z])"
CHINESE = {
    "denied": (
        r"不(?:会|打算|准备|想|再|需要|用|考虑|计划|采购|买|换|上(?!线|班)|做采购|做|急(?=着)|可能|具备|一定)",
        r"没有?[\u4e00-\u9fff]{0,4}?(?:采购|购买|预算|计划|需求|打算|资金|想法|意向)",
        r"无(?!人|线|尘|菌|纺|锡|缝|极|级)[\u4e00-\u9fff]{0,4}?(?:采购|购买|计划|预算|需求|打算)|暂不|不现实",
        r"没能?(?:签|谈成|买成|定下)|来不及|赶不上|没戏|不太可能|够呛|暂时不|暂无",
        r"取消|搁置|暂停",
        r"推迟到?(?=$|[,。;])|放弃|冻结",
    ),
    "past": (
        r"(?:报|做|定|买|签|谈|提|建|采购|立|批)的(?!时)",
        (
            r"(?:采购|购买|购置|参观|参加|买|用|签|订|换|装|去|来|见|聊|谈|试|测|报|做|看|合作|使用|联系|沟通|拜访"
            r"|接触|询|问)过(?!来|去|年|节|程|完|后)"
        ),
        r"已(?:经|于|在)?(?!计划|定于|确定|确认|立项|批|安排|有|列入|排|明确|纳入|启动|准备|要)",
        r"刚(?!好|需|性|才好)|曾(?!经理)|(?<!完)(?<!未)成立|创立|创办|创建|始创|建厂|建于|建成(?=于)",
        r"始建|始于|从业|上市",
        r"注册于|以来|至今|一直|上次|前次|当时|用到现在",
        r"(?:采购|购买|导入|购入|买)(?:した(?!い)|しました|的(?=设备|机|产线|线|系统))|创业(?!园)",
        r"(?:导入|购入|契约|设置)済|设立",
    ),
    "done": (
        (
            r"(?:采购|购买|买|用|签约?|订|换|上|投|装|建|交付|上线|落地|投产|下单|合作|使用|安装|导入|合同"
            r"|协议)[签买订掉下]?了"
        ),
    ),
    "sample": (
        (
            r"(?:采购|购买|买|订|要|下单|购)(?:一|1|两|2|几|少量|小批量?)?(?:台|个|套|件|些|批|只)?(?:样品|样机"
            r"|样件|试用|测试机?|试样|样)"
        ),
        r"样[品机件板]|打样|试样|寄样|送样|小样|拿样|看样|试用|试运行|试点|试产|试制|试机|试跑|试装|试验|测试|实验",
        r"验证|poc(?![a-z])|demo(?![a-z])|演示|体验|借机|租用|租赁|试加工|试切|试焊|サンプル|トライアル|テスト",
        r"试作|お试し|デモ",
    ),
    "quote": (
        r"招投?标(?!采购)|中标|投标|开标|标书|竞标|挂网|公告|回标|应标|议标|评标|定标|报价|询价|比价",
        r"议价|核价|报个价",
        r"报下价|方案|图纸",
        r"审核(?!员)|认证|技术协议|选型|调研|提案|立项|评审|评估|审批|批预算",
        r"预算(?:审批|批复|下来|批下来|申报|编制|会|审核|批)",
        r"(?<=月)批(?=$|[,。;])|(?<!定)下来|报预算|做预算|报计划|资料|答疑|论证|可研|见积(?:书|もり)?",
        r"入札|要件定义|检讨",
    ),
    "event": (
        r"展会|展览会?|工博会?|工业博览会|广交会|进博会|高交会|机床展|博览会|参展|参观|展台|展示会|光博会",
        r"展(?=$|[,。;上会])|(?:上海|深圳|北京|广州|汉诺威)展|会议|开会|见面|拜访|来访|到访|走访|回访|考察|面谈",
        r"洽谈|会面|碰面|碰头|(?<![大预合签节制解特])约(?=了|好|见|我|您|你|客户|时间|一下|个时)|来厂|来看",
        r"看(?:到|设备|机|一下|看|货)|看厂",
        r"看现场|现场|上门|去看|过来|过去|出差|培训(?!机构)|联系(?!人|方式|电话|地址)|联络|跟进|沟通|回复|答复",
        r"通话|来电|致电|打电话|电联|聊|谈(?!成|定|妥)|交流|研讨会|论坛|年会|讲座|放假|回国|搬(?!运)|休假|发布",
        r"座谈|(?<=[一二三四五六日天末月])说|ipo|冲业绩|大促|促销|考核|加微信|登记|注册|咨询|留言|询盘|来函|对接",
        r"再说|再议|再看|再定",
        r"再聊|[再才]考虑(?!采购|购买|买)|再决定|通知|汇报|访问|回头|结果|安排(?:工程师|人|技术)|工程师|到任|入职|[到上]岗|离职",
        (
            r"回来(?!后|[再就]?[定签买采下])|来社|来店|见学|見学|打ち?合わ?せ|商谈|会(?=$|[,。;])|推荐|介绍|认识|听说"
            r"|团建|体系审核|审厂|验厂|盘点"
        ),
    ),
    "contract": (
        r"到期|(?:合同|协议)签到|届满|期满|过期|满期|失效|续约|续签|续费|合同(?:结束|终止|截止)|用到|合同期|租约",
        r"租期|满了",
        r"切れ",
    ),
    "terms": (
        r"质保|保修|维保|保固|三包|账期|付(?=\d|定|款|清|全|百)|付款|回款|结算|结清|有效期|寿命|免费|月结|预付",
        r"尾款|交(?!货|付|期|机|易|流|换|接|通|给我|设备|钥匙|样|方案|$|[,。;])|还(?=$|[,。;清款钱贷])|分期|产值|营收|营业额|收入|销售额|利润|规模|产能|年限|工龄|经验|历史|响应|保质|折旧|回本|回收期",
        r"投资回报|roi(?![a-z])|周期|保证|年产|月产|报表|财报|年报|利率|贷款|补贴|补助|政策|涨价|涨|降价",
    ),
    "lead": (r"交期|货期|交货期|交货周期|供货期|供货周期|纳期|工期|采购周期",),
    "buy": (
        (
            r"(?:采购|请购|申购|统购|集采)(?!总监|经理|部|员|主管|专员|负责人|中心|商|方|人|科|处|助理|同事|周期"
            r"|流程|那边|说|信息"
            r"|合同[^,。;!?]{0,14}?(?:到期|届满|期满|结束|终止)|计划[^,;。!?]{0,8}?(?:才|要|会)(?:报|批|编|审))"
        ),
        r"购买|购置|购入|选购|购机|买|下单|下订|订购|订货|定货|签约|签合同|签单|签订|签署|决标|定供应商",
        r"选定|发包(?!商|方)|签(?!到|证|名|收)|定下",
        r"(?<=前)下(?=$|[,。;])|走完流程|走完?合同|下(?:小批|批量|\d+[台套])|敲定|拍板|成交|招采|换新|更换|替换",
        r"更新(?!一下|资料|报价|版本|方案|到)|更新设备|增购|补购",
        r"扩(?:产|线|一?条线)(?!时|后|之后|以后)|追加|新增",
        r"引进|引入|导入|购进|增设|増设|増設",
        r"(?<!小)批量(?!生产|投产)",
        r"大货|正式订单|発注|注文|契约|採用|采用|上马|定合同|谈成|谈定|谈妥|换(?!热|算|句|个|人|届|气|班|老板|领导|负责|股东|总|帅|工作|地|岗|汇|季|位)",
        (
            r"上(?:新?设备|新?产线|机器人|新?系统|自动化|(?!一[批次个期回轮届年月版家任])[一两三四五六七八九十]\D"
            r"|\d+[台条套])"
        ),
        r"(?<![卡手账路桌网晚早马加身头面墙船车地楼际本])上(?=$|[,。;]|[a-z]{2}|[\u4e00-\u9fff]{1,4}[线机手])",
        r"购(?=\d|置|一|两)|(?<![决确规一稳待未不约特固])定(?=$|[,。;])|订(?=\d|一|两|设备)|定(?=\d+[台套条]|设备)",
        r"添置|配置|配备|投资|结单|拿下",
    ),
    "install": (
        r"上线|投产|落地|要货|用货|交货|交机|到货|到厂|进厂|到位|发货|发到|发出|出货(?!量|检|口)|设置|供货|提货|安装|装机",
        r"装(?=$|[,。;]|[一两完\d])|进机|[到送]现场(?!看|考察|勘|交流|沟通|调研|聊)|实施",
        r"部署|投用|启用|投入使用",
        r"投入生产|用上|用到|使用|开业|开线|开机|验收|进场|切换|推广|改造|稼働|稼动",
        r"纳品|纳入|本番|量产",
        r"试生产|正式生产|投运|运行|调试|建成投|上(?=系统)|导入完成|装好|建好|就绪|调[好通]|落实|建置|花[完掉]|用掉|开票|搞定",
        r"做好|弄好|跑起来|跑通|(?<=前)用(?=$|[,。;])|用起来|搞起来",
    ),
    "wish": (r"计划|打算|希望|预计|准备|想|要(?!求)|争取|力争|拟|必须|务必|尽量|得",),
    "built": (r"到(?=$|[,。;])|竣工|完工|开工|封顶|建成(?!投)|落成|交付",),
    "site": (r"新厂|工厂|厂区|新楼|仓库|校区|门店|分公司|款|资金|经费|土建|基建|主体|厂房|大楼|办公楼|宿舍|园区",),
    "habit": (r"本来|原本|原计划|原定|原来打算|可享|享受|活动价|一般|通常|往年|平时|习惯|经常|历年|例年",),
    "maybe": (r"可能|也许|或许|说不定|没准",),
    "weak": (
        r"推迟[到至]|延[期后]?[到至]|推[到至]|改[到至为成]|顺延",
        r"需要|需求|急需|急用|考虑|目标|时间|节点|完成|启动",
        r"确定|决定|开始|大概|左右|予定|検讨|完了|したい|年度计划|规划|推进|动手|能",
    ),
}
"""Role -> words in simplified Chinese and Japanese; `lead` is a time of delivery, `weak` leans to a purchase.

`wish` leans so too, and makes of what is `done` a purchase to come (希望月底签了). What is `built` is put to use, or is
an event of a `site` (厂房8月竣工). `maybe` takes the lean away; what is `habit` is no plan.
"""

LATIN = {
    "denied": (
        rf"(?:not|never|[a-z]+n't) (?:[a-z]+ ){{0,3}}?{_ACTS}",
        r"no (?:[a-z]+ )?(?:budget|plans?|need|decid[a-z]*|entscheidung|decision|interest|purchase|project)(?![a-z])",
        r"on hold|cancelled",
        r"postponed(?! (?:to|until|till) )",
        r"kein(?:en?)? (?:[a-zà-ÿ]+ )?(?:bedarf|budget|kauf|bestellung|planung|interesse)",
        r"nicht (?:geplant|kaufen|bestellen|investieren)",
    ),
    "buy": (
        r"(?:be|need[a-z]*|want[a-z]*|get|like) (?:[a-z]+ ){0,4}?(?:ordered|purchased|bought|signed|replaced)",
        r"have (?!already|just|recently|been)(?:[a-z]+ ){1,4}?(?:ordered|purchased|bought|signed|replaced)",
        rf"(?:purchas(?:e|es|ing)|buy|buying|procure|procuring|procurement)(?! {_OFFICE}|[a-z])",
        (
            r"order(?:s|ing)?(?![a-z]| (?:no|number|of magnitude|books?|backlog|intake|volume|desk|form|entry"
            r"|status)(?![a-z]))|po(?![a-z])|sign(?:ing|ature)?(?![a-z])"
        ),
        r"auftrag(?!geber|sbest)",
        r"replac(?:e|ing|ement)|invest(?:ing|ment)?(?![a-z])|acquir(?:e|ing)|upgrade",
        r"clos(?:e|ing) the deal|award(?:ing)?(?![a-z])|bestell[a-z]*|ersatz(?!teil)[a-z]*",
        r"(?:ver|ein)?kauf(?!mann|leute)[a-z]*",
        r"beschaff[a-z]*|anschaff[a-z]*|achat|acheter|command(?:e|er|ons|erons)(?![a-z])|beauftrag[a-z]*",
        r"investieren|invest[a-z]*",
    ),
    "install": (
        rf"(?:be|need[a-z]*|want[a-z]*|get|like) (?:[a-z]+ ){{0,4}}?{_DONE}",
        rf"have (?!already|just|recently|been)(?:[a-z]+ ){{1,4}}?{_DONE}",
        rf"{_DONE}(?: and running)?(?: (?:to|in) [a-z]+)?(?= (?:by|before|no later|latest|until|at the latest) )",
        r"go(?:ing|es)?[- ]live|live(?! demo)(?![a-z])|install(?:ation|ing|s)?(?![a-z])",
        r"deliver(?:y|ies|ing)?(?![a-z])|deploy(?:ment|ing)?(?![a-z])|implement(?:ation|ing)?(?![a-z])",
        rf"launch(?:ing)?(?!{_NEWS})(?![a-z])",
        r"roll[- ]?out|commission(?:ing)?(?![a-z])|start of production|sop(?![a-z])",
        r"start-?up|operational|up and running|be here|be there|in place|on site|in production",
        r"production start|start production|liefer(?!ant|problem|engp|schein|kette|verzug|zeit|schwier)[a-zà-ÿ]*",
        r"inbetriebnahme|einführ[a-zà-ÿ]*|umsetz[a-zà-ÿ]*|installieren|livraison|mise en service",
        r"ship(?:ment|ping|s)?(?![a-z])|arriv(?:e|al)|running|start(?= im | ab | am )|install(?:iert|ieren)",
        r"decision(?! maker|s? (?:on|about) (?:the )?budget)|entscheidung(?!str)",
    ),
    "past": (
        r"(?<!place )(?<!placing )(?:our|the|my|last|previous) (?:order|purchase)s? (?:from|of|in|dated)",
        r"bought|purchased|ordered|installed|went live|signed|launched|founded|established|incorporated|since|ago",
        r"started|used|attended|trial+ed|tried|tested|piloted|evaluated|joined|replaced|delivered",
        r"visited|met(?![a-z])|spoke|talked|called|contacted",
        r"seit(?![a-z])|gegründet|besucht|gekauft|bestellt|depuis|fondée?|already|previously|saw(?![a-z])",
    ),
    "sample": (
        rf"(?:order|buy|purchase|ordering|buying)(?: of)? (?:{_FEW} )?(?:units? )?(?:for )?{_TRIED}",
        r"samples?(?![a-z])(?: orders?)?|trials?(?![a-z])(?: orders?| purchases?)?",
        r"pilots?(?![a-z])(?: orders?| purchases?)?|test(?:s|ing|ed)?(?![a-z])(?: orders?)?|demos?(?![a-z])",
        r"poc(?![a-z])|proof of concept|evaluat[a-z]*|prototyp[a-z]*|muster[a-z]*|probe[a-z]*|échantillons?",
        r"essais?|rent(?:al|ing)?(?![a-z])",
    ),
    "quote": (
        r"quot[a-z]*|rf[qpi](?![a-z])|tender[a-z]*|bid(?:s|ding)?(?![a-z])|offers?(?![a-z])|proposals?",
        r"angebot[a-z]*|ausschreibung[a-z]*|devis|offre|appel d'offres|shortlist[a-z]*|specifications?|drawings?",
        r"budget(?: [a-z0-9]+){0,3} (?:gets?|is|be|are|being) (?:decid|fix|set|finali[sz]|agreed|discuss)[a-z]*",
        r"budget (?:approval|planning|review|round)|approv(?:al|e|ed)|feasibility",
        r"(?:budget|funds?|funding)(?: [a-z]+){0,3}? releas[a-z]*|documentation",
        r"catalog(?:ue)?",
        r"brochure",
    ),
    "event": (
        rf"launch(?:ing)?(?={_NEWS})",
        r"fair(?![a-z])|trade ?shows?|expo(?![a-z])|exhibit(?:ion|ing|s)?(?![a-z])",
        r"messe|booth|conference|webinar|meetings?",
        r"meet(?![a-z])|visit(?:ing|s)?(?![a-z])|calls?(?![a-z])|talk(?![a-z])|contact(?![a-z])",
        r"follow(?:ing)?[- ]up|reach(?:ing)? out|get back|catch up|discuss(?:ion)?|check(?:ing)? (?:back|in)",
        r"trainings?(?![a-z])|vacation|review|besuch(?:en)?(?![a-z])|treffen|termin(?!al)|salon|rendez-vous",
        r"hannover|reconnect",
        r"touch base|revisit|hear from|opens?(?![a-z])|opening(?![a-z])",
        r"(?:complete|finish)(?= (?:the|our|an?|their|this) (?!project|purchase|order|deal|install))",
        r"urlaub|ferien|abwesend",
        r"holidays?(?! season)|relocat[a-z]*|moving|out of (?:the )?office|on leave",
        r"back in (?:the )?office|reopen|shutdown|reply|respond|answer|rückmeldung|rückruf|anruf|telefon[a-z]*",
        r"gespräch|melden|decision maker",
    ),
    "contract": (
        r"expir[a-z]*|runs? (?:out|until)",
        rf"{_HELD}(?: [a-z]+){{0,4}} (?:ends?|until|till|through|is valid|finishes)",
        r"renew[a-z]*|(?:contract|lease|agreement) is up|(?:contract|lease|agreement) end(?![a-z])|läuft(?: aus)?",
        r"ausl(?:äuft|aufen)|vertragsende",
        r"échéance|end of life|eol(?![a-z])|locked in",
    ),
    "terms": (
        r"warrant[a-z]*|guarantee|garantie|gewährleistung|payments?|net \d+|pay(?:able)?(?![a-z])|zahlungsziel",
        r"zahlbar|valid|turnover|revenue|experience|history|response|credit|terms|maintenance|service life|umsatz",
        r"sales of|price (?:rise|increase)|subsid[a-z]*|fiscal year ends",
    ),
    "lead": (r"lead[- ]?times?|delivery times?|lieferzeit|turnaround|délai",),
    "built": (r"complet(?:e|ion|ed)|finish(?:ed)?|handed over|hand-?over|fertig(?![a-z])",),
    "site": (
        r"construction|building|neubau|(?:new|our) (?:plant|factory|warehouse|facility|site|hall)|halle(?![a-z])",
    ),
    "habit": (
        r"(?:delayed|pushed|moved|shifted|postponed)(?: back)? from|originally|ursprünglich|was going to",
        r"had planned|might|usual(?:ly)?|normally|typically|always",
        r"normalerweise|üblicherweise|meist(?![a-z])",
    ),
    "maybe": (r"maybe|perhaps|possibly|vielleicht|eventuell|evtl|peut-être",),
    "weak": (
        r"need[a-z]*|want[a-z]*|plan(?:s|ned|ning)?(?![a-z])|target[a-z]*|timeline|time ?frame|timing|hop(?:e|ing)",
        r"expect[a-z]*(?! [$€£])|aim(?:ing)?(?![a-z])|looking|bedarf|schedul[a-z]*|intend|goal|start(?![a-z-])",
        r"kick[- ]?off|projekt(?:start|beginn)|nötig|gebraucht",
        r"deadline|requir[a-z]*|wish|like to|would like|d like|should|must|decid[a-z]*|brauch[a-z]*",
        r"benötig[a-z]*|geplant|planen",
        r"möchten|wollen|soll(?:en|te|ten)?(?![a-z])|such(?:en|t|e)(?![a-z])|besoin|souhait[a-z]*",
        r"voulons|prévu|begin|done",
    ),
}
"""Role -> the words in English, German and French; each begins a word."""
