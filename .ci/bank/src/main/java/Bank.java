import com.prowidesoftware.swift.model.mx.AbstractMX;
import com.prowidesoftware.swift.model.mx.MxCamt05400108;
import com.prowidesoftware.swift.model.mx.MxPain00100109;
import com.prowidesoftware.swift.model.mx.MxPain00200110;
import com.prowidesoftware.swift.model.mx.dic.*;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.Set;

/**
 * A bank: it reads the pain.001 it is given with a library that is not ours, counts again, rejects the last payment of
 * each payer, and answers with a pain.002 and a camt.054. What it read stands in read.txt, for the sender to compare.
 */
public class Bank {
    static final OffsetDateTime NOW = OffsetDateTime.of(2026, 7, 20, 9, 0, 0, 0, ZoneOffset.ofHours(8));
    static final StringBuilder READ = new StringBuilder();

    public static void main(String[] args) throws Exception {
        Path folder = Path.of(args[0]);
        MxPain00100109 mx = MxPain00100109.parse(Files.readString(folder.resolve("pain.001.xml")));
        CustomerCreditTransferInitiationV09 file = mx.getCstmrCdtTrfInitn();
        CustomerPaymentStatusReportV10 report = new CustomerPaymentStatusReportV10()
            .setGrpHdr(new GroupHeader86().setMsgId("S-1").setCreDtTm(NOW))
            .setOrgnlGrpInfAndSts(new OriginalGroupHeader17().setOrgnlMsgId(file.getGrpHdr().getMsgId())
                .setOrgnlMsgNmId("pain.001.001.09").setGrpSts("PART"));
        BankToCustomerDebitCreditNotificationV08 notice = new BankToCustomerDebitCreditNotificationV08()
            .setGrpHdr(new GroupHeader81().setMsgId("N-1").setCreDtTm(NOW));
        BigDecimal sum = BigDecimal.ZERO;
        int count = 0;
        Set<String> ids = new HashSet<>();
        for (PaymentInstruction30 payment : file.getPmtInf()) {
            BigDecimal ofPayer = BigDecimal.ZERO;
            OriginalPaymentInstruction32 status = new OriginalPaymentInstruction32().setOrgnlPmtInfId(payment.getPmtInfId());
            AccountNotification17 debits = new AccountNotification17().setId("N-1-" + payment.getPmtInfId()).setCreDtTm(NOW)
                .setAcct(new CashAccount39().setId(payment.getDbtrAcct().getId()));
            READ.append(payment.getPmtInfId()).append(' ').append(payment.getReqdExctnDt().getDt()).append(' ')
                .append(party(payment.getDbtr(), payment.getDbtrAcct(), payment.getDbtrAgt())).append('\n');
            int last = payment.getCdtTrfTxInf().size() - 1, at = 0;
            for (CreditTransferTransaction34 transfer : payment.getCdtTrfTxInf()) {
                String id = transfer.getPmtId().getEndToEndId();
                ActiveOrHistoricCurrencyAndAmount amount = transfer.getAmt().getInstdAmt();
                require(ids.add(id), "the id " + id + " is there twice");
                require(amount.getCcy().equals("CNY"), "the currency " + amount.getCcy());
                READ.append("  ").append(id).append(' ').append(amount.getValue().toPlainString()).append(' ')
                    .append(party(transfer.getCdtr(), transfer.getCdtrAcct(), transfer.getCdtrAgt())).append('\n');
                ofPayer = ofPayer.add(amount.getValue());
                count++;
                PaymentTransaction105 of = new PaymentTransaction105().setOrgnlEndToEndId(id);
                if (at++ == last && last > 0) {
                    status.addTxInfAndSts(of.setTxSts("RJCT").addStsRsnInf(new StatusReasonInformation12()
                        .setRsn(new StatusReason6Choice().setCd("AC04")).addAddtlInf("账户已销户")));
                    continue;
                }
                status.addTxInfAndSts(of.setTxSts("ACSC"));
                debits.addNtry(debit(transfer, payment, count));
            }
            require(payment.getCdtTrfTxInf().size() == Integer.parseInt(payment.getNbOfTxs()), "NbOfTxs of a payment");
            require(ofPayer.compareTo(payment.getCtrlSum()) == 0, "CtrlSum of a payment");
            sum = sum.add(ofPayer);
            report.addOrgnlPmtInfAndSts(status);
            notice.addNtfctn(debits);
        }
        require(count == Integer.parseInt(file.getGrpHdr().getNbOfTxs()), "NbOfTxs of the file");
        require(sum.compareTo(file.getGrpHdr().getCtrlSum()) == 0, "CtrlSum of the file");
        READ.append(count).append(" transfers of ").append(sum.toPlainString()).append('\n');
        MxPain00200110 answer = new MxPain00200110();
        answer.setCstmrPmtStsRpt(report);
        write(folder.resolve("pain.002.xml"), answer);
        MxCamt05400108 entries = new MxCamt05400108();
        entries.setBkToCstmrDbtCdtNtfctn(notice);
        write(folder.resolve("camt.054.xml"), entries);
        Files.writeString(folder.resolve("read.txt"), READ.toString());
    }

    static ReportEntry10 debit(CreditTransferTransaction34 transfer, PaymentInstruction30 payment, int number) {
        EntryTransaction10 details = new EntryTransaction10()
            .setRefs(new TransactionReferences6().setPmtInfId(payment.getPmtInfId())
                .setEndToEndId(transfer.getPmtId().getEndToEndId()))
            .setAmt(transfer.getAmt().getInstdAmt()).setCdtDbtInd(CreditDebitCode.DBIT)
            .setRltdPties(new TransactionParties6().setCdtr(new Party40Choice().setPty(transfer.getCdtr()))
                .setCdtrAcct(transfer.getCdtrAcct()));
        return new ReportEntry10().setAmt(transfer.getAmt().getInstdAmt()).setCdtDbtInd(CreditDebitCode.DBIT)
            .setSts(new EntryStatus1Choice().setCd("BOOK"))
            .setBookgDt(new DateAndDateTime2Choice().setDt(LocalDate.of(2026, 7, 20)))
            .setAcctSvcrRef("JB" + number)
            .setBkTxCd(new BankTransactionCodeStructure4()
                .setPrtry(new ProprietaryBankTransactionCodeStructure1().setCd("TRF")))
            .addNtryDtls(new EntryDetails9().addTxDtls(details));
    }

    static String party(PartyIdentification135 who, CashAccount38 account, BranchAndFinancialInstitutionIdentification6 at) {
        ClearingSystemMemberIdentification2 bank = at.getFinInstnId().getClrSysMmbId();
        require(bank.getClrSysId().getCd().equals("CNAPS"), "the clearing system " + bank.getClrSysId().getCd());
        require(bank.getMmbId().matches("[0-9]{12}"), "the bank " + bank.getMmbId());
        require(who.getNm() != null && !who.getNm().isBlank(), "a name is empty");
        return who.getNm() + ' ' + account.getId().getOthr().getId() + ' ' + bank.getMmbId();
    }

    static void require(boolean holds, String what) {
        if (!holds) {
            throw new IllegalStateException("the bank refuses the file: " + what);
        }
    }

    static void write(Path to, AbstractMX mx) throws Exception {
        Files.writeString(to, mx.message());
    }
}
