"""The words that say what a sum of money is for, as parts of expressions over folded, simplified, small text."""

from __future__ import annotations

BUDGET = (
    r"其中[本这该此]|of which (?:this|our)|"
    r"capital (?:expenditure|budget|investment)|(?:our|my|their) limit|预算|予算|经费|技改[费款]|设备(?:经费|专款)"
    r"|专款|编列|编了(?=\s?$|\s?[约大]?\s?\d)|可用资金|专项资金"
    r"|项目资金|自有资金|资金|拨款|投入"
    r"|(?:心理|意向)价位?|心理(?=是|在|\s?\d)|投资意向|心理预期|控制价|限价|采购额度|项目额度|拨了|funds available"
    r"|批了|批下来|审批了|批复|到位"
    r"|(?:gesamt|maximal|investitions|projekt|jahres|ziel|total|limit)?-?budget(?:ed|s|ary|ing(?: for)?)?"
    r"|allo(?:cated|t?ted)|earmarked"
    r"|set aside|funding (?:of|is)|approved"
    r"|spending limit|spend limit|capex|budgetrahmen|kostenrahmen|investitionsrahmen|investitionsbudget|eingeplant"
    r"|freigegeben|genehmigt|bewilligt"
    r"|(?:has|have|had|got|with|received) (?:\w+ )?(?:sign-?off|approval|go-ahead|clearance) (?:for|of)"
    r"|zur verfügung|enveloppe|presupuesto"
)
"""The sum that can be spent."""

MEANS = (
    r"(?:决定|计划|准备|打算|拟|预计|可以|能)(?:投入|投资|投|花费|花|拿出|拿|出)|(?:愿意?|肯|敢)[出花付投拿掏]"
    r"|(?:最多|顶多)?能(?:出|接受|承受|给到)|(?:可以|能够)接受|(?:可|能)承受|可接受"
    r"|(?:we|i|they|he|she|client|customer) ha(?:ve|s)(?: about| around| up to| roughly)?(?= ?$| [$€£¥\d])"
    r"|(?:can|could|will|would|to|able to|willing to|want to|plan(?:ning)? to|prepared to) (?:spend|pay|invest"
    r"|go (?:up )?to|go as high as|afford)|afford"
)
"""What somebody has or can give: the sum that can be spent, unless other words say what it is."""

WEAK = (
    r"gesamtpreis|zielpreis|kaufpreis|festpreis|价格|价位|价钱|费用|成本|造价|总价|总额|金额|款项|花费|花销"
    r"|目标价|期望价|报价|price|pricing|cost|costs"
    r"|costing|spend|invest(?:ment)?|quote"
    r"|quotation|preis|kosten|prix|coût|费用|価格|见積"
)
"""What something costs, or may cost: with `at most` it is a budget."""

LIMITED = (
    r"希望|要求|控制|请|能否|可否|想要|预期|期望|目标|需要|找|want|need|looking for|target|expect|hope|please"
    r"|suchen|soll"
)

PRICE = (
    r"je(?= ?$)|stundensatz|tagessatz|hourly rate|day rate|daily rate|人天单价|单价|(?:每|单|平均每"
    r"|平均一)(?:一)?(?:台"
    r"|套|条|线|个|件|人|辆|张|片|米|吨|只|支|把|艘|座|间|户|机|批次|单|工位|点位|站|柜|头|颗|平米|平方|小时|人天"
    r"|公斤|千克|斤|枚|瓶"
    r"|箱|盒|份|次|节点|账号|用户|席位|车|樘|根|块|组|轴|个?模块)(?:的)?(?!预算总)"
    r"|均价|unit price|unit cost|price per|cost per|budget per|(?<!budget )per[ -](?:unit|machine|piece|set|robot"
    r"|seat"
    r"|user|line|station|licen[cs]e|item|head|person|vehicle|part)|each (?:\w+ )?(?:costs?|at|is|for)"
    r"|stückpreis|pro (?:stück|maschine|roboter|anlage|einheit)|je (?:stück|maschine|roboter|anlage)|prix unitaire"
    r"|単価|台あたり|あたり"
)
"""The price of a piece."""

CAPITAL = (
    r"注册资[本金]|流动资金|注资|实缴|认缴|股本|资本金|净资产|总资产|资产|融资|募资|估值|市值|[abc]轮|天使轮"
    r"|入股|持股|投资方|share capital|registered capital"
    r"|paid[- ](?:in|up) capital|capital(?! (?:expend|budget|invest))|raised(?= ?$| [$€£¥])|funding round"
    r"|series [a-e]|seed round|valu(?:ed"
    r"|ation)|market cap|assets"
    r"|stammkapital|grundkapital|eigenkapital|资本金|资本"
)
"""What a company has or is worth."""

TURNOVER = (
    r"产值|营业额|营收|营业收入|销售额|销售收入|销售规模|销售业绩|年销|年收入|收入|利润|净利|毛利|纳税|税收"
    r"|流水(?!线)|出口额|交易额|成交额|市场规模|订单额|在手订单|业绩|年采购额|采购额|年采购量|年商"
    r"|売上|売上高|gmv|产能|年产"
    r"|revenues?|turnover|annual sales|sales (?:of|are|were|reach\w*|volume)|net sales|profits?|arr|mrr|ebitda"
    r"|earnings|exports|umsatz\w*|jahresumsatz|gewinn|chiffre d'affaires|makes?(?= ?$| [$€£])|worth of orders"
    r"|orders? (?:of|worth)"
)
"""What a company earns."""

PAYMENT = (
    r"(?:延[后期迟]|逾期|拖欠)[^,;。]{0,3}(?:付款|支付|货款)|再[加补添追](?!到|至|上)|追加(?!到|至)(?:了|预算)?|(?:增加|减少|削减|缩减|下调|上调)了?(?=\s?$)|(?:降|砍|涨"
    r"|加|提高|调低|压缩|扣|(?<![最至不])少)了(?=\s?$)|样机|样品|打样|试用|[月季年]付"
    r"|月租|(?:标书|检测|评审|认证|验收|报名|资料|会员|手续|代理|差旅|展位"
    r"|会务)费|意向[金款]|定金|订金|首付款?"
    r"|首期款?|预付款?"
    r"|预付|尾款|进度款|保证金|押金|质保金|诚意金|已付|付了|先付|先交|月供|分期|运费|物流费|安装费|安装调试费?"
    r"|调试费|培训费|维保费|维护费|配件费|备件费|税费"
    r"|税金|关税|另付|另加|外加|另有|另外|人工费|材料费|差旅费"
    r"|deposits?|down ?payments?|prepayments?|prepaid|upfront|instal?lments?|tranche|retainer|advance|shipping"
    r"|freight|(?:installation|commissioning|delivery|training|maintenance) (?:fees?|costs?|is|are|for)|including"
    r"|includes?|plus|tax|vat|fees?"
    r"|anzahlung|inklusive|inkl|mwst|fracht|versand|montage|acompte|livraison|头金|手付金|内金|送料"
)
"""A part of the sum, or a payment."""

PART = r"自筹|其中(?![本这该此])|里面|包括|包含|of which(?! this| our)|thereof|davon|dont|うち"
"""What follows is a part of the sum before."""

PAST = (
    r"刚刚?(?:花|付|投|用|交)|预算[^,;。!?\d]{0,8}(?:\d+月)?(?:执行|用|花)(?:完|光)|成交价?|中标价|隔壁|买的那?[台套个]|去年|前年|上年|上一?年度|往年|上次|上回|上期|上一期"
    r"|上一?[台套条个批]|(?<![月底日号年前内])(?:以前|之前)"
    r"|此前|曾经?|当时|当初|早先|过去|历年|历史|原来|原先|原本|原有"
    r"|原(?=预算)|旧|老(?:设备|产线|系统|机器)|[买购订用做]过|已[花采投购支]|花了|花掉了|用了|投了|用掉|买了"
    r"|采购了|采购过|做过"
    r"|成交过|签过|昨年|前回|以前は"
    r"|last (?:year|time|quarter|order|project|machine|purchase|month)|previous(?:ly)?|formerly|in the past"
    r"|earlier|spent|paid|bought|purchased|cost us|used to|ago|back in|before this|our old|current (?:system"
    r"|machine|line|contract)"
    r"|(?:the|our|your) old|(?:das|die|der|unsere?|den) alten?|letztes jahr|im letzten jahr|vorjahr|bisher"
    r"|früher|damals|ausgegeben|bezahlt|l'an(?:née)? derni(?:er|ère)"
    r"|précédent|ont coûté"
)
"""A sum of the past, or of something else."""

OTHER = (
    r"协议|框架|payroll|fundrais\w+|owes?|bills?|报关|房价|学区房|approve|costs? (?:us|them)|"
    r"缺口|差(?=了?大?约?\s?$)|不够(?!,|;|。|!)|short(?:fall|age)?(?= (?:of|by))|"
    r"(?:省|市|区|国家?|政府)级?专项资金|warranty|claim|省(?=\s?$)|总包价?|工程总价|合同价|vouchers?|customs"
    r"|invoices?|refunds?|coupons?|gifts?"
    r"|发票|账单|退款"
    r"|欠|应收|货值|代金券|\d ?% (?:of|von"
    r"|de)(?: the| our| a)?|优惠|便宜(?![点些一])|返现|抵扣|折扣|立减|减免|打折|[满送](?=\s?$)|discount|cheaper"
    r"|fine (?:was|of|is)|(?:人工|人力"
    r"|用工|耗材|能源|能耗|运营|维修)(?:成本|费用?|支出|(?=每|一|\s?[大约]?\d))|每年[^,;]{0,8}(?:花|支出|消耗|投入?)|一年要?花"
    r"|labou?r(?: costs?)?|operating costs?|总投资|投资总额|项目投资|固定投资|投资额?"
    r"|别的项目|其他项目|另一个?项目|另外一?个?项目|审批权限?|签字权|权限|授权|节省|节约|省下|省了|省出|损失"
    r"|亏损?|浪费|罚款|赔偿"
    r"|违约金|赔|保险|保额|租金|房租|电费|贷款|授信|欠款|债|中标|竞标|标的|合同额?|合同金额|奖金|大奖|奖励|奖"
    r"|补贴|补助|补助金|助成金|资助|工资|月薪|年薪|薪资|薪水|薪|提成|佣金|返点|退税"
    r"|收益|回报|降本|增收"
    r"|total investment|another project|other project|separate project|different project|phase (?:two|three|2|3"
    r"|ii)|authori[sz]ed|authority|approval limit|sign(?:ing|-off)? limit|sign off"
    r"|save[sd]?|saving[s]?|los(?:e|ing|t|s|ses)|damages?|penalt(?:y|ies)|fined|insurance|rent|loan|debt"
    r"|credit line|salary|salaries|wages?|bonus|prize|reward|grants?|subsid(?:y|ies)|award|commission|rebate"
    r"|electricity|contract with|contract worth|scrap|downtime"
    r"|gehalt|förderung|fördermittel|einspar\w*|sparen|verlust\w*|subvention|salaire|给料|年収|賞金"
)
"""Investments, other projects, savings, salaries, prizes, grants."""

SITE = r"厂房|土地|基建|新厂|new (?:plant|factory|building)"
"""What is built: its sum is none of ours, unless it is said what can be spent."""

QUOTE = (
    r"konkurrenz\w*|(?:上家|供应商|厂家|厂商)(?:给|的方案|的价)|市价|市面|行情价|retail price|street price"
    r"|sells? for|(?:goes|sold|selling|went|going|listed|retails?|advertised|leased?|rents?) (?:\w+ )?for|零售价"
    r"|京东|淘宝|1688|售价|卖价|批发价|出厂价|(?:报|卖"
    r"|的要)(?=\s?$)|竞争对手|竞品|竞对|对手|同行|友商|别家|别人家?|另一?家|另外一家|其他家|其他(?:厂家|供应商"
    r"|品牌)|某[家厂]|[a-d甲乙丙]家|(?:公司|供应商|厂家|厂商|对方|他们?)(?:给的?)?报"
    r"|(?<!预算)报了(?!个?预算)|报的?是|报到|报出|报来|给的?价格?|已报价?|原报价|你们?的?报价|你们?报|贵(?:公)?司的?报价?"
    r"|您们?报"
    r"|我们?报|我司报|初步报价|市场价|标价|官网价|目录价|挂牌价|原价|行情|开价"
    r"|要价"
    r"|competitors?(?:'s)?|other (?:guy|side|party|firm|shop|dealer|lot)s?|rivals?|other (?:vendor|supplier|quote"
    r"|bid)s?|another (?:vendor|supplier|quote|company"
    r"|manufacturer)|quoted|(?:quote|offer|bid|proposal) (?:from|of|by|was|is|at)|offered|(?:their|your|his"
    r"|our) (?:offer|price|quote|quotation|proposal|bid)|your (?:machine|system|robot|product)s? costs?"
    r"|list price|msrp|market price|asks? for|charges?|asking"
    r"|wettbewerb\w*|mitbewerb\w*|angebot\w*|listenpreis|concurrent\w*|devis|竞合|他社|御社"
)
"""What somebody asks for it."""

EQUIVALENT = (
    r"约合|合(?=人民币|美元|约|$|[\d])|折合|相当于|折算|换算|大写|equivalent|equals|that is|i\.e\.|entspricht|soit"
)
"""The same sum again."""

RESET = (
    r"今年|明年|后年|本次|这次|此次|现在|目前|如今|当前|本年度|this (?:year|time|purchase)|next year|now|currently"
    r"|dieses jahr|dieses mal|nächstes jahr|今回|今年度"
)
"""What ends a talk about the past."""

PROJECT = r"本项目|这个项目|该项目|this project|for this"
"""What ends a talk about a part or the past."""

TOTAL = (
    r"总款|总预算|预算总[额计共]?|总价|总额|总共|一共|合计|共计|总计|总的|总投入|总费用|总经费|整体|全部"
    r"|(?<![一不公])共(?=[约需要花\d]|\s?\d|$)|total(?:ling|s)?"
    r"|overall|altogether|in all|combined|insgesamt|gesamt\w*|au total|合计|総额"
)
"""The sum of the parts."""

RAISE = (
    r"最多|最高|顶多|上限|不超过|可[以]?(?:提高|提|加|放宽|追加|增加|上浮|到|谈)|也(?:行|可|能)|能(?:加|提"
    r"|放宽)|提[高到至]|放宽|追加到?|增[加至]|[涨拉]到|stretch|up to"
    r"|at most|max|could go|can go|go (?:up )?to|raise|increase|bis|maximal|höchstens|jusqu"
)
"""What joins a budget and its upper limit."""

CHANGED = (
    r"(?:增加|提高|提升|调整|追加|上调|降低|下调|压缩|削减|缩减|减少|砍|压|减|加|降|涨|改)(?:到|至|为|成)"
    r"|(?:raised|increased|cut|reduced|went|changed|moved|up"
    r"|down|lowered) (?:\w+ )?(?:from .{1,20})?to|now (?:only|just|down to)|(?:现在|目前)(?:只有|只剩|就剩)|erhöht"
    r"|gekürzt|reduziert"
)
"""The later of two sums counts."""

NEGATED = (
    r"(?<!是)(?:不是|并非)(?:说|我们?的?|他们?的?)?预算(?!问题|上限|限制|压力)|猜(?:测|想)?[^,;.\d]{0,4}预算|"
    r"(?:没有?|无|尚未有|未有|没什么|没定|未定|还没|尚未|不清楚|不知道|不方便说)(?:明确|具体|确定|确切|固定"
    r"|准确|专项|单独|相关|任何|做|给|列|申请|报|定|有|出|的|什么|这块|这方面"
    r"|今年|明年|客户|对方){0,3}(?:预算|予算)(?!问题|上限|限制|压力)|(?:预算|予算)(?:方面|情况|金额|额度|这块"
    r"|范围)?(?:还|暂|暂时|目前|现在|仍|尚|也|都|:|是|为|は|が"
    r"|\s){0,3}"
    r"(?:没有?(?:定|确定|想好|明确|给)(?!问题|上限)|没有?(?=$|[,;。!?\s])|未(?:定|确定|明|知|给|告知|透露|说"
    r"|公布|披露)|待(?:定|确认|议|沟通|明确)|不(?:明|详"
    r"|清楚|知道|确定|方便|便|透露|肯说|愿)|无(?!上限|限|法)|保密|tbd|tba|tbc|n/a|na(?![a-z])|暂定不|なし|未定|ない)"
    r"|(?<![a-z])(?:no|without|don't have|do not have|doesn't have|haven't got|lacks?|not have"
    r"|not yet)(?: \w+){0,3} budget(?! (?:limit|constraint|issue|problem|cap))|budget[^,;.\d]{0,20}(?:tbd|tba|tbc"
    r"|unknown|undecided|undefined|unclear|not (?:yet )?(?:set|fixed|known|defined|decided|available|sure"
    r"|disclosed|clear)|to be (?:determined|defined|decided|confirmed|announced)|pending|n/a|none|open(?! to)"
    r"|not there|isn't|hasn't|confidential)"
    r"|(?<![a-z])kein(?:e|en)?(?: \w+){0,2} budget|budget[^,;.\d]{0,20}(?:noch (?:nicht|offen|unklar)|offen|unklar"
    r"|steht nicht|unbekannt)|(?:pas de|sans|aucun) budget|budget[^,;.\d]{0,15}(?:à définir|non défini|inconnu)"
)
"""There is no budget, or nobody knows it."""
