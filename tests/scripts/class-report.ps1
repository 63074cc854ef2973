using namespace System.Collections.Generic

# Who holds what, with a class of its own.
class Holder {
    [string] $Upn
    [List[string]] $Products = [List[string]]::new()

    Holder([object] $user, [hashtable] $names) {
        $this.Upn = $user.UserPrincipalName
        foreach ($license in $user.AssignedLicenses) { $this.Products.Add($names[$license.SkuId]) }
        $this.Products.Sort()
    }

    [string] ToString() { return '{0} [{1}]' -f $this.Upn, ($this.Products -join '+') }
}

Set-StrictMode -Version Latest
Connect-MgGraph -Scopes 'User.Read.All', 'Organization.Read.All' -NoWelcome
$names = @{}
(Get-MgSubscribedSku -All).ForEach({ $names[$_.SkuId] = $_.SkuPartNumber })
$holders = (Get-MgUser -All -Property 'id,userPrincipalName,assignedLicenses').Where({ $_.AssignedLicenses }).ForEach({ [Holder]::new($_, $names) })
$holders | Sort-Object Upn | ForEach-Object { "$_" }
