package forward
import ("testing";"net/netip")
func TestX(t *testing.T){ p,err:=Open(Config{Address:netip.MustParseAddr("127.0.0.1"),First:20000,Last:20100,Taps:4}); if err!=nil {t.Fatalf("%+v",err)}; t.Log(p.Devices()); i,_:=p.objects.Forward.Info(); x,_:=i.TranslatedSize(); t.Log(x/8); 
w,err:=p.Way(netip.MustParseAddr("127.0.0.1")); t.Log(w,err)
t.Log(p.Close())}
