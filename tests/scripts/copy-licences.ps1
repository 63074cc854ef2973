# The new colleague gets what the old one has.
param($From = 'ben@contoso.com', $To = 'gil@contoso.com')
Connect-MgGraph -Scopes User.ReadWrite.All -NoWelcome
$model = Get-MgUser -UserId $From -Property AssignedLicenses
Set-MgUserLicense -UserId $To -AddLicenses $model.AssignedLicenses -RemoveLicenses @()
